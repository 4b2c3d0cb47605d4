import type { Digest } from '../digest.ts'
import { newId } from '../ids.ts'
import type { NewVersion, UploadRow } from '../ports/index.ts'

/** The version that an upload was requested for, of the content that came. */
export const versionOfUpload = (
  upload: UploadRow,
  content: { digest: Digest; sizeBytes: number },
  now: number,
): NewVersion => ({
  versionId: newId(now),
  jobId: newId(now),
  documentId: upload.id,
  chapterId: upload.chapterId,
  folder: upload.folder,
  name: upload.name,
  onConflict: upload.onConflict,
  digest: content.digest,
  sizeBytes: content.sizeBytes,
  createdBy: upload.userId,
  door: 'web',
  traceId: upload.traceId,
  now,
  uploadId: upload.id,
  ...(upload.tokenHash !== undefined && { urlTokenHash: upload.tokenHash }),
})
