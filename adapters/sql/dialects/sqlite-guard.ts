import { AppError } from '../../../core/errors.ts'

/** Oldest SQLite without the WAL-reset corruption (sqlite.org/wal.html, fixed in 3.51.3). */
export const OLDEST_SQLITE = '3.51.3'
/** `synchronous` as SQLite tells it. */
const FULL = 2

/** What a connection says of itself. */
export interface SqliteSettings {
  version: string
  /** `memory` for a catalog that is in no file. */
  journal: string
  synchronous: number
  foreignKeys: number
}

/**
 * Lets nobody use a catalog that would not keep what it acknowledges.
 *
 * @throws AppError `unavailable` (reason `UNSAFE_CATALOG`)
 */
export function assertSettings({
  version,
  journal,
  synchronous,
  foreignKeys,
}: SqliteSettings): void {
  if (!isNewEnough(version)) {
    throw unsafe(`SQLite ${version} is too old; ${OLDEST_SQLITE} or newer is needed.`)
  }
  const keeps = (journal === 'wal' || journal === 'memory') && synchronous === FULL
  if (!keeps || foreignKeys !== 1) {
    throw unsafe(
      `The catalog does not keep what it acknowledges (journal ${journal}, synchronous ${synchronous}, foreign keys ${foreignKeys}); it needs a local disk that supports WAL.`,
    )
  }
}

/** Whether `version` is the oldest one that is safe, or newer. */
export function isNewEnough(version: string): boolean {
  const numbers = version.split('.').map(Number)
  for (const [i, oldest] of OLDEST_SQLITE.split('.').map(Number).entries()) {
    const number = numbers[i] ?? 0
    if (number !== oldest) return number > oldest
  }
  return true
}

const unsafe = (message: string) =>
  new AppError('unavailable', message, { reason: 'UNSAFE_CATALOG' })
