import { AppError } from '../errors.ts'

/** States of an upload, named as the integrators' documents name them. */
export type UploadStatus =
  | 'UPLOAD_PENDING'
  | 'UPLOAD_URL_GENERATED'
  | 'UPLOAD_RECEIVED'
  | 'UPLOAD_COMPLETE'
  | 'UPLOAD_FAILED'
  | 'UPLOAD_EXPIRED'

/** Every legal move. A failed or expired upload may always be tried again. */
const LEGAL: Record<UploadStatus, readonly UploadStatus[]> = {
  UPLOAD_PENDING: ['UPLOAD_URL_GENERATED', 'UPLOAD_FAILED', 'UPLOAD_EXPIRED'],
  UPLOAD_URL_GENERATED: [
    'UPLOAD_URL_GENERATED',
    'UPLOAD_RECEIVED',
    'UPLOAD_FAILED',
    'UPLOAD_EXPIRED',
  ],
  UPLOAD_RECEIVED: ['UPLOAD_COMPLETE', 'UPLOAD_URL_GENERATED', 'UPLOAD_FAILED', 'UPLOAD_EXPIRED'],
  UPLOAD_COMPLETE: [],
  UPLOAD_FAILED: ['UPLOAD_URL_GENERATED'],
  UPLOAD_EXPIRED: ['UPLOAD_URL_GENERATED'],
}

/** States from which `to` may be reached. */
export const statesBefore = (to: UploadStatus): UploadStatus[] =>
  (Object.keys(LEGAL) as UploadStatus[]).filter((from) => LEGAL[from].includes(to))

/** @throws AppError `conflict` when an upload may not go from `from` to `to` */
export function assertMove(from: UploadStatus, to: UploadStatus): void {
  if (LEGAL[from].includes(to)) return
  throw new AppError('conflict', `This upload is ${from} and cannot become ${to}.`, {
    reason: 'ILLEGAL_UPLOAD_STATE',
  })
}
