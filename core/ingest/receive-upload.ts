import { AppError, type ErrorCode, notFound } from '../errors.ts'
import type { Actor } from '../model/actor.ts'
import type { Ports, StagedBlob, UploadRow } from '../ports/index.ts'
import { verify } from './ingest-file.ts'
import { orFail } from './or-fail.ts'
import { uploadTokenHash } from './request-upload.ts'

/** A body arriving at an upload URL. */
export interface UploadBody {
  /** The URL's secret: who holds it may send these bytes, nothing else. */
  token: string
  /** Whose credential came along, if one did; it must be the requester's. */
  actor?: Actor
  /** Length the client announced, in bytes. */
  lengthBytes?: number
}

/**
 * Receives the bytes of a requested upload and keeps them under its name until it is completed. They
 * are verified against what the request declared; what does not match is not kept.
 *
 * @throws AppError `not_found` for a wrong, expired, used or foreign URL; `digest_mismatch`,
 * `storage_full`; whatever `source` throws
 */
export async function receiveUpload(
  ports: Pick<Ports, 'blobs' | 'catalog' | 'clock'>,
  body: UploadBody,
  source: AsyncIterable<Uint8Array>,
): Promise<UploadRow> {
  const upload = await awaitedAt(ports, body)
  const staged = await stageChecked(ports, { upload, source, name: upload.id })
  return markReceived(ports, upload, staged)
}

/**
 * The upload of a URL that waits for the whole of its bytes.
 *
 * @throws AppError `not_found`, `digest_mismatch` when another length is announced
 */
export async function awaitedAt(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  body: UploadBody,
): Promise<UploadRow> {
  const upload = await uploadAt(ports, body)
  if (upload.status !== 'UPLOAD_URL_GENERATED') throw gone()
  if (body.lengthBytes !== undefined && body.lengthBytes !== upload.declaredSize) {
    throw wrongLength(upload.declaredSize)
  }
  return upload
}

/** Stages the bytes of an upload, which has failed when they are not the declared ones. */
export const stageChecked = (
  ports: Pick<Ports, 'blobs' | 'catalog' | 'clock'>,
  coming: { upload: UploadRow; source: AsyncIterable<Uint8Array>; name?: string },
): Promise<StagedBlob> => {
  const { upload, source, name } = coming
  const isFinal = (code: ErrorCode) => code === 'digest_mismatch'
  return orFail(ports, { upload, isFinal }, async () => {
    const staged = await ports.blobs.stage(atMost(source, upload.declaredSize), name)
    await verify(staged, {
      sizeBytes: upload.declaredSize,
      ...(upload.declaredDigest && { digest: upload.declaredDigest }),
    })
    return staged
  })
}

async function markReceived(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  upload: UploadRow,
  staged: StagedBlob,
): Promise<UploadRow> {
  const received = { receivedDigest: staged.digest }
  try {
    return await catalog.uploads.move(upload.id, 'UPLOAD_RECEIVED', received, clock.now())
  } catch (cause) {
    // Somebody sent the upload twice at once. What the first one brought is what counts.
    const now = await catalog.uploads.get(upload.userId, upload.id)
    if (now?.receivedDigest !== staged.digest) await staged.discard()
    throw cause
  }
}

/**
 * The upload of a URL that is good now, whatever the upload's state.
 *
 * @throws AppError `not_found` for a wrong, expired or foreign URL
 */
export async function uploadAt(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  { token, actor }: Pick<UploadBody, 'token' | 'actor'>,
): Promise<UploadRow> {
  const upload = await catalog.uploads.byTokenHash(uploadTokenHash(token))
  if (!upload || (upload.urlExpiresAt ?? 0) <= clock.now()) throw gone()
  if (actor && actor.userId !== upload.userId) throw notFound()
  return upload
}

/** Stops a body that is longer than announced before it fills the disk. */
async function* atMost(source: AsyncIterable<Uint8Array>, bytes: number) {
  let seen = 0
  for await (const chunk of source) {
    seen += chunk.byteLength
    if (seen > bytes) throw wrongLength(bytes)
    yield chunk
  }
}

const wrongLength = (declared: number) =>
  new AppError(
    'digest_mismatch',
    `This upload was requested with ${declared} bytes. Please request it again.`,
    {
      reason: 'SIZE_MISMATCH',
    },
  )

export const gone = () =>
  new AppError(
    'not_found',
    'This upload URL is used up or has expired. Request the upload again.',
    {
      reason: 'UPLOAD_URL_GONE',
    },
  )
