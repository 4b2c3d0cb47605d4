import type { Visible } from '../../access/access.ts'
import type { Step } from '../../model/job.ts'

/** Files that belong together: of a chapter, of one request or scan, of a watched share. */
export type FilesOf = { chapterId: string } | { traceId: string } | { shareId: string }

/** Files that were not read whole, for whatever reason. */
export interface UnreadPage {
  /** Documents that are seen, the trash apart. */
  files: number
  /** Of them, those that are not findable by their text yet. */
  waiting: number
  /** Of them, those of which something was not read. */
  unread: number
  /** A page of those, in the order of their ids. */
  items: { documentId: string; versionId: string }[]
  nextCursor?: string
}

/** Contents on which a step was not done because a program or model is missing. */
export interface MissingWork {
  step: Step
  reason: string
  contents: number
}

/** What became of many files at once. */
export interface Unread {
  page(visible: Visible, of: FilesOf, page: { limit: number; cursor?: string }): Promise<UnreadPage>
  /** Contents that wait for a program or model, by step and reason; those in work again apart. */
  missing(): Promise<MissingWork[]>
}
