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
  // Complete at once: nothing to send, as the sender can read the content already.
  UPLOAD_PENDING: ['UPLOAD_URL_GENERATED', 'UPLOAD_COMPLETE', 'UPLOAD_FAILED', 'UPLOAD_EXPIRED'],
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

/** Most parts that one upload has: a list of them still fits one answer. */
const MAX_PARTS = 10_000

/**
 * Bytes of each part but the last, at least `wanted`; undefined for a file so small that it goes
 * whole.
 */
export function partBytesFor(sizeBytes: number, wanted: number): number | undefined {
  if (sizeBytes <= wanted) return undefined
  let partBytes = wanted
  while (sizeBytes / partBytes > MAX_PARTS) partBytes *= 2
  return partBytes
}

interface InParts {
  declaredSize: number
  partBytes?: number
}

/** How many parts an upload has; 0 when it goes whole. */
export const partCount = ({ declaredSize, partBytes }: InParts): number =>
  partBytes === undefined ? 0 : Math.ceil(declaredSize / partBytes)

/** Where part `number`, counted from 1, lies in its file; undefined when there is no such part. */
export function partPlace(
  upload: InParts,
  number: number,
): { offset: number; sizeBytes: number } | undefined {
  const { declaredSize, partBytes } = upload
  if (partBytes === undefined || number < 1 || number > partCount(upload)) return undefined
  const offset = (number - 1) * partBytes
  return { offset, sizeBytes: Math.min(partBytes, declaredSize - offset) }
}
