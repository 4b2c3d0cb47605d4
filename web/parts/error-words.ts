import i18next, { type TFunction } from 'i18next'
import { ApiError } from '../api.ts'
import { formatFor } from './format.ts'

const ADVICE = [
  'bad_request',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'too_large',
  'digest_mismatch',
  'unsupported_type',
  'storage_full',
  'unavailable',
  'internal',
  'offline',
] as const
type Advised = (typeof ADVICE)[number]

const isAdvised = (code: string): code is Advised => ADVICE.includes(code as Advised)

export interface ErrorWords {
  title: string
  advice: string
  traceId: string | undefined
}

/** What happened and what to do, in the reader's language; the server's sentence where it has one. */
export function errorWords(t: TFunction, error: unknown): ErrorWords {
  if (!(error instanceof ApiError)) {
    return { title: t('error.page_crashed'), advice: t('error.internal'), traceId: undefined }
  }
  if (error.code === 'offline') {
    return { title: t('error.offline_title'), advice: t('error.offline'), traceId: undefined }
  }
  return {
    title: titleOf(t, error),
    advice: adviceOf(t, error),
    traceId: error.traceId,
  }
}

const titleOf = (t: TFunction, error: ApiError): string =>
  error.code === 'not_found' ? t('error.not_found_title') : error.message || t('error.no_message')

function adviceOf(t: TFunction, error: ApiError): string {
  if (error.code === 'rate_limited') {
    if (error.retryAfterMs === undefined) return t('error.rate_limited_soon')
    return t('error.rate_limited', {
      wait: formatFor(i18next.language).duration(error.retryAfterMs),
    })
  }
  return t(`error.${isAdvised(error.code) ? error.code : 'internal'}`)
}
