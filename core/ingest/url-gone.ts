import { AppError } from '../errors.ts'

/** Wrong, used up, expired, revoked: they all look the same. */
export const urlGone = () =>
  new AppError(
    'not_found',
    'This upload URL is used up or has expired. Request the upload again.',
    { reason: 'UPLOAD_URL_GONE' },
  )
