import type { Tag } from '../../keys.ts'

/** Whose documents, in whatever version and even in the trash, have a content. */
export interface Holding {
  tag: Tag
  /** When the content came first, epoch ms. */
  uploadedAt: number
  /** Ids of those who put it in, each once, in order. */
  userIds: string[]
}

/** Contents by who put them in; and which of them changed, for whoever keeps a record of it. */
export interface Holders {
  /** Undefined when nobody has it. */
  of(tag: Tag): Promise<Holding | undefined>
  /** By tag, ascending, after `after`; contents that were just received may be missing. */
  page(after: string, limit: number): Promise<Holding[]>
  /** Contents whose holders changed, in the transaction that changed them. */
  changed(limit: number): Promise<HolderChange[]>
  /** Forgets these changes; one that came after the asking stays. */
  settled(changes: readonly HolderChange[]): Promise<void>
}

export interface HolderChange {
  tag: Tag
  /** How many there have been. */
  changes: number
}
