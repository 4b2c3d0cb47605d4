import { AppError, type ErrorCode, notFound } from '../errors.ts'
import type { Actor } from '../model/actor.ts'
import { assertMove } from '../model/upload.ts'
import type { Ports, StagedBlob, UploadRow } from '../ports/index.ts'
import { verify } from './ingest-file.ts'
import { orFail } from './or-fail.ts'
import { uploadTokenHash } from './request-upload.ts'
import { assertRoom } from './room.ts'
import { mayStillSend, whileGood } from './still-good.ts'
import { urlGone } from './url-gone.ts'

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
  const lasting = whileGood(source, ports.clock, () => uploadAt(ports, { token: body.token }))
  const staged = await stageChecked(ports, { upload, source: lasting, name: upload.id })
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
  if (upload.status !== 'UPLOAD_URL_GENERATED') throw urlGone()
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
    await assertRoom(ports, upload.declaredSize)
    const staged = await ports.blobs.stage(atMost(source, upload.declaredSize), name)
    await verify(staged, {
      sizeBytes: upload.declaredSize,
      ...(upload.declaredDigest && { digest: upload.declaredDigest }),
    })
    return staged
  })
}

/** Says that the bytes of an upload are there. @throws AppError `not_found` when its URL is new */
export async function markReceived(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  upload: UploadRow,
  staged: StagedBlob,
): Promise<UploadRow> {
  const { id, userId, tokenHash = '' } = upload
  const received = await catalog.uploads.receive(id, tokenHash, staged.digest, clock.now())
  if (received) return received
  // Somebody sent the upload twice at once, and what the first one brought is what counts; or the
  // URL was made anew meanwhile.
  const now = await catalog.uploads.get(userId, id)
  if (now?.receivedDigest !== staged.digest) await staged.discard()
  if (now) assertMove(now.status, 'UPLOAD_RECEIVED')
  throw urlGone()
}

/**
 * The upload of a URL that is good now, whatever the upload's state: it has not expired, who asked
 * for it is still signed in by what he asked with and may still add to the chapter, and no other
 * credential came along.
 *
 * @throws AppError `not_found` for a wrong, expired or foreign URL
 */
export async function uploadAt(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  { token, actor }: Pick<UploadBody, 'token' | 'actor'>,
): Promise<UploadRow> {
  const now = ports.clock.now()
  const upload = await ports.catalog.uploads.byTokenHash(uploadTokenHash(token))
  if (!upload || (upload.urlExpiresAt ?? 0) <= now) throw urlGone()
  if (actor && actor.userId !== upload.userId) throw notFound()
  if (!(await isAskersOwn(ports, upload, actor)) || !(await mayStillSend(ports, upload))) {
    throw urlGone()
  }
  return upload
}

async function isAskersOwn(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  { credentialId }: UploadRow,
  actor: Actor | undefined,
): Promise<boolean> {
  if (credentialId === undefined) return true
  // Who comes with a credential was let in by it just now.
  if (actor?.credentialId !== undefined) return actor.credentialId === credentialId
  return catalog.people.isGood(credentialId, clock.now())
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
