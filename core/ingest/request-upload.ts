import { createHash, randomBytes } from 'node:crypto'
import type { Access } from '../access/access.ts'
import type { Digest } from '../digest.ts'
import { AppError } from '../errors.ts'
import { newId } from '../ids.ts'
import type { OnConflict } from '../model/library.ts'
import { partBytesFor } from '../model/upload.ts'
import type { Ports, UploadRow } from '../ports/index.ts'
import { placeOf } from './place.ts'

/** How uploads are limited; from the configuration. */
export interface UploadLimits {
  urlTtlMs: number
  maxBytes: number
  /** Files above this may be sent in parts of this many bytes. */
  partBytes: number
}

export const DEFAULT_UPLOAD_LIMITS: UploadLimits = {
  urlTtlMs: 15 * 60_000,
  maxBytes: 256 * 2 ** 30,
  partBytes: 8 * 2 ** 20,
}

export interface UploadRequest {
  name: string
  digest?: Digest
  sizeBytes: number
  chapterId?: string
  folder?: string
  onConflict?: OnConflict
  /** Repeating a request with the same key continues the same upload, with a new URL. */
  idempotencyKey?: string
}

/**
 * Prepares an upload: the row first, then its URL's secret. Asking again by the same idempotency key
 * gives the same upload a new URL and revokes the old one; parts that have arrived stay, bytes that
 * came whole do not. The answer never depends on whether the content is known.
 *
 * @returns the upload and the secret of its URL, shown this once; no secret once all parts are there
 */
export async function requestUpload(
  ports: Pick<Ports, 'catalog' | 'clock' | 'blobs'>,
  access: Access,
  request: UploadRequest,
  limits: UploadLimits = DEFAULT_UPLOAD_LIMITS,
): Promise<{ upload: UploadRow; token: string | undefined }> {
  const place = placeOf(access, request)
  if (request.sizeBytes > limits.maxBytes) {
    throw new AppError('too_large', `Files may have at most ${limits.maxBytes} bytes here.`, {
      reason: 'FILE_TOO_LARGE',
    })
  }
  const now = ports.clock.now()
  const known =
    request.idempotencyKey === undefined
      ? undefined
      : await ports.catalog.uploads.byIdempotencyKey(access.actor.userId, request.idempotencyKey)
  if (known && hasAll(known)) return { upload: known, token: undefined }
  const partBytes = partBytesFor(request.sizeBytes, limits.partBytes)
  const pending =
    known ??
    (await ports.catalog.uploads.create({
      id: newId(now),
      userId: access.actor.userId,
      chapterId: place.chapter.id,
      folder: place.folder,
      name: place.name,
      onConflict: request.onConflict ?? 'version',
      ...(request.digest && { declaredDigest: request.digest }),
      declaredSize: request.sizeBytes,
      ...(partBytes !== undefined && { partBytes }),
      status: 'UPLOAD_PENDING',
      traceId: access.actor.traceId,
      createdAt: now,
      updatedAt: now,
      ...(request.idempotencyKey !== undefined && { idempotencyKey: request.idempotencyKey }),
    }))
  const keepsParts = pending.partBytes !== undefined && pending.status === 'UPLOAD_URL_GENERATED'
  if (!keepsParts) await ports.blobs.discardStaged(pending.id)
  const token = randomBytes(32).toString('base64url')
  const upload = await ports.catalog.uploads.move(
    pending.id,
    'UPLOAD_URL_GENERATED',
    { tokenHash: uploadTokenHash(token), urlExpiresAt: now + limits.urlTtlMs },
    now,
  )
  return { upload, token }
}

const hasAll = ({ status, partBytes, receivedDigest }: UploadRow): boolean =>
  status === 'UPLOAD_COMPLETE' ||
  (status === 'UPLOAD_RECEIVED' && partBytes !== undefined && receivedDigest === undefined)

/** What the catalog keeps of a URL's secret: 256 random bits need no slow hash. */
export const uploadTokenHash = (token: string): string =>
  createHash('sha256').update(token).digest('hex')
