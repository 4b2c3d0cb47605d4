import { UPLOAD_STATES, type UploadItem, type UploadState } from './item.ts'

/** Counts and bytes of the queue, kept up to date move by move: never a walk over 10,000 items. */
export interface Tally {
  readonly files: number
  readonly totalBytes: number
  /** Bytes of stored files, and what is sent of those under way. */
  readonly sentBytes: number
  readonly counts: Readonly<Record<UploadState, number>>
}

interface MutableTally {
  files: number
  totalBytes: number
  sentBytes: number
  counts: Record<UploadState, number>
}

export function newTally(): MutableTally {
  const counts = Object.fromEntries(UPLOAD_STATES.map((state) => [state, 0]))
  return { files: 0, totalBytes: 0, sentBytes: 0, counts: counts as Record<UploadState, number> }
}

/** Adds (`sign` 1) or takes away (-1) one item; bracket every change of an item between the two. */
export function count(tally: MutableTally, item: UploadItem, sign: 1 | -1): void {
  tally.files += sign
  tally.totalBytes += sign * item.sizeBytes
  tally.sentBytes += sign * sentOf(item)
  tally.counts[item.state] += sign
}

function sentOf(item: UploadItem): number {
  if (item.state === 'stored' || item.state === 'storing') return item.sizeBytes
  return item.state === 'uploading' ? item.doneBytes : 0
}
