import { S3ServiceException } from '@aws-sdk/client-s3'
import { AppError } from '../../core/errors.ts'

const FULL_NAMES = new Set(['QuotaExceeded', 'StorageFull', 'XMinioStorageFull'])

/** Whether the store says that there is no such object, or no such upload in parts. */
export const isAbsent = (cause: unknown): boolean =>
  cause instanceof S3ServiceException &&
  ['NoSuchKey', 'NotFound', 'NoSuchUpload'].includes(cause.name)

/** What a failed call means. @throws AppError always */
export function failureOf(cause: unknown): never {
  if (isAbsent(cause)) {
    throw new AppError('not_found', 'There is no such copy.', { cause, reason: 'COPY_MISSING' })
  }
  if (cause instanceof S3ServiceException) {
    const status = cause.$metadata.httpStatusCode
    if (status === 507 || FULL_NAMES.has(cause.name)) {
      throw new AppError('storage_full', 'The store of the copies is full.', { cause })
    }
    if (status === 401 || status === 403) throw refused(cause)
    throw away(`The store of the copies answered: ${cause.name}.`, cause)
  }
  throw away('The store of the copies does not answer.', cause)
}

const refused = (cause: unknown) =>
  new AppError('unavailable', 'The store of the copies refuses our key, or the bucket.', {
    cause,
    reason: 'PROVIDER_REFUSED',
  })

const away = (message: string, cause: unknown) =>
  new AppError('unavailable', message, { cause, reason: 'PROVIDER_AWAY' })
