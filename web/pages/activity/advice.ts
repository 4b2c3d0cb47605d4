import type { TFunction } from 'i18next'
import type { JobRow } from '../../api-types.ts'

const REASONS = [
  'PASSWORD_PROTECTED',
  'DAMAGED_FILE',
  'PARSER_TIMEOUT',
  'PARSER_MEMORY',
  'PARSER_DIED',
  'WORKER_DIED',
  'TOO_LARGE_INSIDE',
  'BYTES_MISSING',
  'BLOB_MISSING',
  'NO_MODEL',
  'NO_CONVERTER',
  'PARSER_QUARANTINED',
  'EMBEDDER_NOT_USED',
] as const
type Reason = (typeof REASONS)[number]

const CODES = ['unavailable', 'storage_full', 'unsupported_type', 'rate_limited'] as const
type Code = (typeof CODES)[number]

const isReason = (reason: string | null | undefined): reason is Reason =>
  REASONS.includes(reason as Reason)

const isCode = (code: string | undefined): code is Code => CODES.includes(code as Code)

/** What to do about a job that was given up. */
export function adviceFor(t: TFunction, { error }: Pick<JobRow, 'error'>): string {
  if (isReason(error?.reason)) return t(`activity.advice.${error.reason}`)
  if (isCode(error?.code)) return t(`activity.advice.${error.code}`)
  return t('activity.advice.other')
}
