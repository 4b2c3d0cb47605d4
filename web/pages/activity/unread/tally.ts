import type { UnreadFile } from '../../../api-types.ts'

/** Whether some of it was read: such a file is found by that part. */
export const isPartly = ({ coverage, problems }: UnreadFile): boolean =>
  problems.some(({ state }) => state === 'partial') || (coverage?.done ?? 0) > 0

export interface Tally {
  understood: number
  waiting: number
  /** Of the files that were loaded; undefined while there are more. */
  partly?: number
  not?: number
  unread: number
}

interface Page {
  files: number
  waiting: number
  unread: number
}

/** How many files were read whole, partly and not at all. */
export function tallyOf({ files, waiting, unread }: Page, items: readonly UnreadFile[]): Tally {
  const understood = Math.max(0, files - waiting - unread)
  if (items.length < unread) return { understood, waiting, unread }
  const partly = items.filter(isPartly).length
  return { understood, waiting, unread, partly, not: items.length - partly }
}
