import { assertMove, partCount } from '../../core/model/upload.ts'
import type { NewVersion, UploadPart, UploadRow } from '../../core/ports/index.ts'
import type { Tx } from './database.ts'

/** Counts one more part of an upload that waits for it; the last one makes it received. */
export async function addPart(
  tx: Tx,
  upload: UploadRow,
  part: UploadPart,
): Promise<{ upload: UploadRow; receivedBytes: number }> {
  await tx
    .insertInto('upload_parts')
    .values({
      upload_id: upload.id,
      number: part.number,
      size_bytes: part.sizeBytes,
      received_at: part.receivedAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const received = await tx
    .selectFrom('upload_parts')
    .select(({ fn }) => [
      fn.countAll<number>().as('count'),
      fn.sum<number>('size_bytes').as('bytes'),
    ])
    .where('upload_id', '=', upload.id)
    .executeTakeFirstOrThrow()
  const isLast = received.count === partCount(upload)
  if (isLast) assertMove(upload.status, 'UPLOAD_RECEIVED')
  const status = isLast ? 'UPLOAD_RECEIVED' : upload.status
  const { receivedDigest: _, ...rest } = upload
  await tx
    .updateTable('uploads')
    // An earlier try may have come whole: its digest is not that of these bytes.
    .set({ status, received_digest: null, updated_at: part.receivedAt })
    .where('id', '=', upload.id)
    .execute()
  return {
    upload: { ...rest, status, updatedAt: part.receivedAt },
    receivedBytes: received.bytes,
  }
}

export async function forgetParts(tx: Tx, uploadIds: readonly string[]): Promise<void> {
  for (const id of uploadIds) {
    await tx.deleteFrom('upload_parts').where('upload_id', '=', id).execute()
  }
}

/** The pointer is made: the upload it came by is done, and its parts are one blob now. */
export async function completeUpload(tx: Tx, input: NewVersion, documentId: string): Promise<void> {
  if (!input.uploadId) return
  await tx
    .updateTable('uploads')
    .set({
      status: 'UPLOAD_COMPLETE',
      document_id: documentId,
      version_id: input.versionId,
      job_id: input.jobId,
      token_hash: null,
      updated_at: input.now,
    })
    .where('id', '=', input.uploadId)
    .execute()
  await forgetParts(tx, [input.uploadId])
}
