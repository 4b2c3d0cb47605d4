import type { TFunction } from 'i18next'
import type { UploadProblem } from './item.ts'

const KNOWN = [
  'network',
  'unreadable',
  'file_needed',
  'too_large',
  'digest_mismatch',
  'storage_full',
  'forbidden',
  'not_found',
  'unavailable',
  'rate_limited',
] as const
type Known = (typeof KNOWN)[number]

const isKnown = (code: string): code is Known => KNOWN.includes(code as Known)

/** Why a file rests, in the reader's language where we have it, else in the server's words. */
export const problemWords = (t: TFunction, problem: UploadProblem): string =>
  isKnown(problem.code)
    ? t(`uploads.problem.${problem.code}`)
    : problem.message || t('uploads.problem.internal')
