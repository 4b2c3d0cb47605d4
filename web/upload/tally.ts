import { isActive, isSmall, UPLOAD_STATES, type UploadItem, type UploadState } from './item.ts'

/** Counts and bytes of the queue, kept up to date move by move: never a walk over 10,000 items. */
export interface Tally {
  readonly files: number
  readonly totalBytes: number
  /** Bytes whose fingerprint is known or not needed, and what is read of those under way. */
  readonly hashedBytes: number
  /** Bytes of stored files, and what is sent of those under way. */
  readonly sentBytes: number
  /** What is still to be done without being asked. */
  readonly left: Readonly<Left>
  readonly counts: Readonly<Record<UploadState, number>>
}

interface Left {
  smallFiles: number
  largeFiles: number
  /** Bytes of large files to be fingerprinted, and to be sent. */
  hashBytes: number
  sendBytes: number
}

interface MutableTally {
  files: number
  totalBytes: number
  hashedBytes: number
  sentBytes: number
  left: Left
  counts: Record<UploadState, number>
}

export function newTally(): MutableTally {
  const counts = Object.fromEntries(UPLOAD_STATES.map((state) => [state, 0]))
  return {
    files: 0,
    totalBytes: 0,
    hashedBytes: 0,
    sentBytes: 0,
    left: { smallFiles: 0, largeFiles: 0, hashBytes: 0, sendBytes: 0 },
    counts: counts as Record<UploadState, number>,
  }
}

/** Adds (`sign` 1) or takes away (-1) one item; bracket every change of an item between the two. */
export function count(tally: MutableTally, item: UploadItem, sign: 1 | -1): void {
  const { sizeBytes } = item
  const [hashed, sent] = [hashedOf(item), sentOf(item)]
  tally.files += sign
  tally.totalBytes += sign * sizeBytes
  tally.hashedBytes += sign * hashed
  tally.sentBytes += sign * sent
  tally.counts[item.state] += sign
  if (!isActive(item.state)) return
  if (isSmall(sizeBytes)) {
    tally.left.smallFiles += sign
    return
  }
  tally.left.largeFiles += sign
  tally.left.hashBytes += sign * (sizeBytes - hashed)
  tally.left.sendBytes += sign * (sizeBytes - sent)
}

const IS_PAST_READING: readonly UploadState[] = ['uploading', 'storing', 'asking', 'stored']

function hashedOf(item: UploadItem): number {
  if (item.digest !== undefined || IS_PAST_READING.includes(item.state)) return item.sizeBytes
  return item.state === 'fingerprinting' ? item.doneBytes : 0
}

function sentOf(item: UploadItem): number {
  if (item.state === 'stored' || item.state === 'storing') return item.sizeBytes
  return item.state === 'uploading' ? item.doneBytes : 0
}
