import { type Insertable, type Selectable, sql } from 'kysely'
import { type Digest, parseDigest } from '../../core/digest.ts'
import { type ErrorCode, notFound } from '../../core/errors.ts'
import { urlGone } from '../../core/ingest/url-gone.ts'
import type { OnConflict } from '../../core/model/library.ts'
import { assertMove, partCount, type UploadStatus } from '../../core/model/upload.ts'
import type { NewVersion, UploadPart, UploadRow } from '../../core/ports/index.ts'
import type { Tx } from './database.ts'
import { prepared } from './prepared.ts'
import type { Schema } from './schema.ts'

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

/**
 * Changes an upload whose state allows it. Received parts are forgotten, unless nothing but the URL
 * is new; so is how it ended before.
 */
export async function moveUpload(
  tx: Tx,
  id: string,
  change: Partial<UploadRow> & Pick<UploadRow, 'status' | 'updatedAt'>,
): Promise<UploadRow> {
  const row = await tx
    .selectFrom('uploads')
    .selectAll()
    .select(arrivedBytes.as('arrived'))
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) throw notFound()
  assertMove(row.status as UploadStatus, change.status)
  const { error: _1, errorCode: _2, sweptBytes: _3, dismissedAt: _4, ...rest } = toUpload(row)
  const { errorReason: _6, ...before } = rest
  const isOver = change.status === 'UPLOAD_FAILED'
  const moved = { ...before, ...(isOver && { sweptBytes: row.arrived }), ...change }
  const { idempotency_key: _5, ...values } = toRow(moved)
  await tx.updateTable('uploads').set(values).where('id', '=', id).execute()
  if (row.status !== change.status) await forgetParts(tx, [id])
  return moved
}

/**
 * The pointer is made: the upload it came by is done, and its parts are one blob now.
 *
 * @throws AppError `conflict` (reason `ILLEGAL_UPLOAD_STATE`) when it ended meanwhile, or was completed
 */
export async function completeUpload(tx: Tx, input: NewVersion, documentId: string): Promise<void> {
  if (!input.uploadId) return
  const { uploadId } = input
  const upload = await openUpload.first(tx, { uploadId })
  if (!upload) throw notFound()
  const status = upload.status as UploadStatus
  // Bytes may be received and completed in one call.
  const isReceivedNow = status === 'UPLOAD_URL_GENERATED'
  if (isReceivedNow) assertMove(status, 'UPLOAD_RECEIVED')
  if (isReceivedNow && upload.token_hash !== input.urlTokenHash) throw urlGone()
  assertMove(isReceivedNow ? 'UPLOAD_RECEIVED' : status, 'UPLOAD_COMPLETE')
  const { versionId, jobId, now } = input
  await endComplete.run(tx, { uploadId, documentId, versionId, jobId, now })
  if (upload.part_bytes !== null) await forgetParts(tx, [uploadId])
}

const openUpload = prepared((db, given: { uploadId: string }) =>
  db
    .selectFrom('uploads')
    .select(['status', 'token_hash', 'part_bytes'])
    .where('id', '=', given.uploadId),
)

type Ending = Pick<NewVersion, 'versionId' | 'jobId' | 'now'>

const endComplete = prepared((db, given: Ending & { uploadId: string; documentId: string }) =>
  db
    .updateTable('uploads')
    .set({
      status: 'UPLOAD_COMPLETE',
      document_id: given.documentId,
      version_id: given.versionId,
      job_id: given.jobId,
      token_hash: null,
      updated_at: given.now,
    })
    .where('id', '=', given.uploadId),
)

/** @throws AppError `not_found` */
export async function uploadOf(tx: Tx, id: string): Promise<UploadRow> {
  const row = await tx.selectFrom('uploads').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw notFound()
  return toUpload(row)
}

/** Bytes of an upload that are, or at its end were, on the disk, as SQL over `uploads`. */
export const arrivedBytes = sql<number>`
  coalesce(swept_bytes, case
    when status in ('UPLOAD_RECEIVED', 'UPLOAD_COMPLETE') then declared_size
    else (select coalesce(sum(p.size_bytes), 0) from upload_parts p where p.upload_id = uploads.id)
  end)`

export function toUpload(row: Selectable<Schema['uploads']>): UploadRow {
  const optional = {
    partBytes: row.part_bytes,
    declaredDigest: row.declared_digest && parseDigest(row.declared_digest),
    tokenHash: row.token_hash,
    credentialId: row.credential_id,
    urlExpiresAt: row.url_expires_at,
    directKey: row.direct_key,
    receivedDigest: row.received_digest as Digest | null,
    documentId: row.document_id,
    versionId: row.version_id,
    jobId: row.job_id,
    error: row.error,
    errorCode: row.error_code as ErrorCode | null,
    errorReason: row.error_reason,
    sweptBytes: row.swept_bytes,
    dismissedAt: row.dismissed_at,
  }
  return {
    id: row.id,
    userId: row.user_id,
    chapterId: row.chapter_id,
    folder: row.folder,
    name: row.name,
    onConflict: row.on_conflict as OnConflict,
    declaredSize: row.declared_size,
    status: row.status as UploadStatus,
    traceId: row.trace_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    ...(Object.fromEntries(
      Object.entries(optional).filter(([, value]) => value != null),
    ) as Partial<UploadRow>),
  }
}

export const toRow = (
  upload: UploadRow & { idempotencyKey?: string },
): Insertable<Schema['uploads']> => ({
  id: upload.id,
  user_id: upload.userId,
  chapter_id: upload.chapterId,
  folder: upload.folder,
  name: upload.name,
  on_conflict: upload.onConflict,
  declared_digest: upload.declaredDigest ?? null,
  declared_size: upload.declaredSize,
  part_bytes: upload.partBytes ?? null,
  status: upload.status,
  token_hash: upload.tokenHash ?? null,
  credential_id: upload.credentialId ?? null,
  url_expires_at: upload.urlExpiresAt ?? null,
  received_digest: upload.receivedDigest ?? null,
  document_id: upload.documentId ?? null,
  version_id: upload.versionId ?? null,
  job_id: upload.jobId ?? null,
  error: upload.error ?? null,
  error_code: upload.errorCode ?? null,
  error_reason: upload.errorReason ?? null,
  swept_bytes: upload.sweptBytes ?? null,
  dismissed_at: upload.dismissedAt ?? null,
  idempotency_key: upload.idempotencyKey ?? null,
  trace_id: upload.traceId,
  created_at: upload.createdAt,
  updated_at: upload.updatedAt,
})
