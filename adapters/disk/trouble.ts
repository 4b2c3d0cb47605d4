import { AppError, hasSystemCode } from '../../core/errors.ts'

export const stagedGone = (cause: unknown) =>
  new AppError('conflict', 'The received bytes are not there any more. Please send them again.', {
    cause,
    reason: 'NOT_RECEIVED',
  })

const FULL = ['ENOSPC', 'EDQUOT']
/** A folder that is gone, foreign or on a disk that gave up: nothing the sender could do about. */
const UNUSABLE = ['ENOENT', 'EACCES', 'EPERM', 'EROFS', 'EIO', 'ENOTDIR']

/** A full disk by its own name; anything else, the source's failures among them, is passed on. */
export const fullOr = (cause: unknown): unknown =>
  FULL.some((code) => hasSystemCode(cause, code))
    ? new AppError('storage_full', 'The disk is full. Ask your administrator to make room.', {
        cause,
      })
    : cause

/** What a failure of our own folders means to whoever stores. */
export const unusableOr = (cause: unknown): unknown =>
  UNUSABLE.some((code) => hasSystemCode(cause, code)) ? unusable(cause) : fullOr(cause)

export const unusable = (cause: unknown) =>
  new AppError(
    'unavailable',
    'The store cannot be written. Ask your administrator to look at its disk.',
    {
      cause,
      reason: 'STORE_UNUSABLE',
    },
  )
