import { type Access, requireChapter } from '../access/access.ts'
import { AppError, codeOf, notFound } from '../errors.ts'
import { newId } from '../ids.ts'
import type { Ports, UploadRow } from '../ports/index.ts'
import { commitStaged } from './commit-version.ts'

/**
 * Turns received bytes into a version. Asking again for a complete upload gives the same answer.
 * Rights are those of now, not of the request.
 *
 * @throws AppError `not_found` for an upload that is not the caller's, `conflict` (reason
 * `NOT_RECEIVED`) before the bytes are there, and what `commitStaged` throws
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
  const staged = upload.receivedDigest && (await blobs.staged(upload.id, upload.receivedDigest))
  if (upload.status !== 'UPLOAD_RECEIVED' || !staged) {
    throw new AppError('conflict', 'The bytes of this upload have not arrived yet.', {
      reason: 'NOT_RECEIVED',
    })
  }
  const now = clock.now()
  try {
    const committed = await commitStaged(ports, staged, {
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
    if (!committed.unchanged) return (await catalog.uploads.get(upload.userId, upload.id)) ?? upload
    const { documentId, version, jobId } = committed
    const change = { documentId, versionId: version.id, jobId }
    return await catalog.uploads.move(upload.id, 'UPLOAD_COMPLETE', change, now)
  } catch (cause) {
    if (codeOf(cause) !== 'internal') {
      const error = cause instanceof Error ? cause.message : String(cause)
      await catalog.uploads.move(upload.id, 'UPLOAD_FAILED', { error }, now)
    }
    throw cause
  }
}
