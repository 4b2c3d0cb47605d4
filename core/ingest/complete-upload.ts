import { type Access, requireChapter } from '../access/access.ts'
import { AppError, codeOf, type ErrorCode, notFound } from '../errors.ts'
import { newId } from '../ids.ts'
import { partCount } from '../model/upload.ts'
import type { Committed, Ports, StagedBlob, UploadRow } from '../ports/index.ts'
import { commitStaged } from './commit-version.ts'
import { verify } from './ingest-file.ts'

/**
 * Turns received bytes into a version; those that came in parts are hashed once more, as they lie on
 * the disk. Asking again for a complete upload gives the same answer. Rights are those of now, not of
 * the request. Not for two calls at once for the same upload.
 *
 * @throws AppError `not_found` for an upload that is not the caller's, `conflict` (reason
 * `NOT_RECEIVED`) before the bytes are there, `digest_mismatch` when the parts make another file than
 * the declared one, and what `commitStaged` throws; nothing is kept but after `NOT_RECEIVED`, and
 * after what may pass: what was received is received then, and completing it may be tried again
 */
export async function completeUpload(
  ports: Pick<Ports, 'blobs' | 'catalog' | 'clock'>,
  access: Access,
  uploadId: string,
): Promise<UploadRow> {
  const { catalog, clock, blobs } = ports
  const upload = await catalog.uploads.get(access.actor.userId, uploadId)
  if (!upload) throw notFound()
  if (upload.status === 'UPLOAD_COMPLETE') return upload
  requireChapter(access, upload.chapterId, 'contributor')
  if (upload.status !== 'UPLOAD_RECEIVED') throw notReceived(await missing(ports, upload))
  const now = clock.now()
  try {
    const staged = await received(ports, upload)
    const committed = await commitStaged(ports, keptStaged(staged), {
      versionId: newId(now),
      jobId: newId(now),
      documentId: upload.id,
      chapterId: upload.chapterId,
      folder: upload.folder,
      name: upload.name,
      onConflict: upload.onConflict,
      digest: staged.digest,
      sizeBytes: staged.sizeBytes,
      createdBy: access.actor.userId,
      door: 'web',
      traceId: upload.traceId,
      now,
      uploadId: upload.id,
    })
    const complete = await completed(ports, upload, committed)
    // Whatever came under its name: a broken try by the other way may have left something, too.
    await blobs.discardStaged(upload.id)
    return complete
  } catch (cause) {
    if (!MAY_PASS.has(codeOf(cause))) {
      const error = cause instanceof Error ? cause.message : String(cause)
      const failed = { error, errorCode: codeOf(cause) }
      await catalog.uploads.move(upload.id, 'UPLOAD_FAILED', failed, now)
      await blobs.discardStaged(upload.id)
    }
    throw cause
  }
}

/** Failures that are none of the upload's. */
const MAY_PASS: ReadonlySet<ErrorCode> = new Set(['internal', 'storage_full', 'unavailable'])

/** Received bytes are acknowledged: they go when the upload has ended, and not a moment before. */
const keptStaged = (staged: StagedBlob): StagedBlob => ({ ...staged, discard: async () => {} })

async function completed(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  upload: UploadRow,
  { documentId, version, jobId, unchanged }: Committed,
): Promise<UploadRow> {
  if (!unchanged) return (await catalog.uploads.get(upload.userId, upload.id)) ?? upload
  const change = { documentId, versionId: version.id, jobId }
  return await catalog.uploads.move(upload.id, 'UPLOAD_COMPLETE', change, clock.now())
}

/** The bytes of a received upload. Those that came in parts are held against the request here. */
async function received({ blobs }: Pick<Ports, 'blobs'>, upload: UploadRow): Promise<StagedBlob> {
  const staged = upload.receivedDigest
    ? await blobs.staged(upload.id, upload.receivedDigest)
    : await blobs.stagedParts(upload.id)
  if (!staged) throw notReceived('The bytes of this upload are gone. Please request it again.')
  await verify(staged, {
    sizeBytes: upload.declaredSize,
    ...(upload.declaredDigest && { digest: upload.declaredDigest }),
  })
  return staged
}

async function missing({ catalog }: Pick<Ports, 'catalog'>, upload: UploadRow): Promise<string> {
  const count = partCount(upload)
  const arrived = (await catalog.uploads.parts(upload.id)).length
  return arrived === 0
    ? 'The bytes of this upload have not arrived yet.'
    : `${count - arrived} of the ${count} parts of this upload have not arrived yet.`
}

const notReceived = (message: string) =>
  new AppError('conflict', message, { reason: 'NOT_RECEIVED' })
