import { AppError } from '../errors.ts'

/** What an account has put in by page and API, and how much it may. */
export interface Quota {
  /** Its own limit or that of the box, in bytes; 0 for none. */
  limitBytes: number
  /** All its versions, each copy counted: who else holds a content changes nothing. */
  usedBytes: number
  /** Declared by its uploads that are still under way. */
  declaredBytes: number
}

/** @throws AppError `too_large` (reason `QUOTA_EXCEEDED`) when `sizeBytes` more are too many */
export function assertFits(
  { limitBytes, usedBytes, declaredBytes }: Quota,
  sizeBytes: number,
): void {
  if (limitBytes === 0) return
  const left = Math.max(0, limitBytes - usedBytes - declaredBytes)
  if (sizeBytes <= left) return
  throw new AppError(
    'too_large',
    `This file has ${sizeBytes} bytes, and ${left} of your ${limitBytes} are left. Remove files for good, or ask your administrator for more.`,
    { reason: 'QUOTA_EXCEEDED' },
  )
}
