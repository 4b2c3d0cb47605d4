import { AppError } from '../../core/errors.ts'

const MIB = 1024 * 1024

/** What is looked at of one archive. */
export const LIMITS = {
  /** Entries that are listed; of more, the first. */
  listed: 5000,
  /** Archives that say they hold more are made to harm whoever walks them. */
  entries: 50_000,
  /** Unpacked bytes that a packed tar is walked through. */
  totalBytes: 4096 * MIB,
  /** Unpacked to packed; small ones may be as repetitive as they like. */
  ratio: 200,
  ratioFromBytes: 8 * MIB,
  /** Of an entry's path, in UTF-16 units; of a longer one, the end. */
  pathLength: 1000,
}

export const refused = (reason: string, message: string, cause?: unknown) =>
  new AppError('unsupported_type', message, { reason, cause })

export const tooLarge = () =>
  refused('TOO_LARGE_INSIDE', 'This archive unpacks to far more than it should.')

export const damaged = (cause?: unknown) =>
  refused('DAMAGED_FILE', 'This archive is damaged: it cannot be listed.', cause)

/** Whether so much came, or is to come, out of so little that somebody means harm by it. */
export const isBomb = (packed: number, unpacked: number): boolean =>
  unpacked > LIMITS.ratioFromBytes && unpacked > packed * LIMITS.ratio
