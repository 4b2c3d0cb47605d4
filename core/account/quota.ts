import { AppError } from '../errors.ts'

/** What an account has put in, and how much it may. */
export interface Quota {
  /** Its own limit in bytes, 0 for none; undefined for that of the box. */
  ownBytes?: number
  /** Of all its versions by page and API, each copy counted: who else holds a content changes nothing. */
  usedBytes: number
  /** Declared by its uploads that are still under way. */
  declaredBytes: number
}

/** The limit that counts, in bytes; 0 for none. */
export const limitOf = ({ ownBytes }: Quota, boxBytes: number): number => ownBytes ?? boxBytes

/**
 * @param boxBytes limit of accounts that have none of their own; 0 for none
 * @throws AppError `too_large` (reason `QUOTA_EXCEEDED`) when `sizeBytes` more are too many
 */
export function assertFits(quota: Quota, sizeBytes: number, boxBytes: number): void {
  const limit = limitOf(quota, boxBytes)
  if (limit === 0) return
  const left = Math.max(0, limit - quota.usedBytes - quota.declaredBytes)
  if (sizeBytes <= left) return
  throw new AppError(
    'too_large',
    `This file has ${sizeBytes} bytes, and ${left} of your ${limit} are left. Remove files for good, or ask your administrator for more.`,
    { reason: 'QUOTA_EXCEEDED' },
  )
}
