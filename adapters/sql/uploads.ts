import type { Insertable } from 'kysely'
import { AppError, hasSystemCode, notFound } from '../../core/errors.ts'
import { assertMove, statesBefore, type UploadStatus } from '../../core/model/upload.ts'
import type { UploadRow, Uploads } from '../../core/ports/index.ts'
import type { Database } from './database.ts'
import type { Schema } from './schema.ts'
import { forgetNewsOf, sqlUploadEnds } from './upload-ends.ts'
import { addPart, arrivedBytes, forgetParts, toUpload } from './upload-rows.ts'

/** Upload requests; every change of status goes through the table of legal moves. */
export const sqlUploads = (db: Database): Uploads => ({
  ...sqlUploadEnds(db),

  create: (upload) =>
    db.write(async (tx) => {
      try {
        await forgetNewsOf(tx, upload)
        await tx.insertInto('uploads').values(toRow(upload)).execute()
      } catch (cause) {
        if (!hasSystemCode(cause, 'SQLITE_CONSTRAINT_UNIQUE')) throw cause
        throw new AppError('conflict', 'This upload was requested already.', {
          cause,
          reason: 'IDEMPOTENCY_KEY_USED',
        })
      }
      return upload
    }),

  async byIdempotencyKey(userId, key) {
    const row = await db.read
      .selectFrom('uploads')
      .selectAll()
      .where('user_id', '=', userId)
      .where('idempotency_key', '=', key)
      .executeTakeFirst()
    return row && toUpload(row)
  },

  async get(userId, id) {
    const row = await db.read
      .selectFrom('uploads')
      .selectAll()
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .executeTakeFirst()
    return row && toUpload(row)
  },

  async byTokenHash(tokenHash) {
    const row = await db.read
      .selectFrom('uploads')
      .selectAll()
      .where('token_hash', '=', tokenHash)
      .executeTakeFirst()
    return row && toUpload(row)
  },

  move: (id, status, change, now) =>
    db.write(async (tx) => {
      const row = await tx
        .selectFrom('uploads')
        .selectAll()
        .select(arrivedBytes.as('arrived'))
        .where('id', '=', id)
        .executeTakeFirst()
      if (!row) throw notFound()
      assertMove(row.status as UploadStatus, status)
      const { error: _1, errorCode: _2, sweptBytes: _3, dismissedAt: _4, ...before } = toUpload(row)
      const sweptBytes = status === 'UPLOAD_FAILED' ? row.arrived : undefined
      const moved = {
        ...before,
        ...change,
        ...(sweptBytes !== undefined && { sweptBytes }),
        status,
        updatedAt: now,
      }
      const { idempotency_key: _, ...values } = toRow(moved)
      await tx.updateTable('uploads').set(values).where('id', '=', id).execute()
      if (row.status !== status) await forgetParts(tx, [id])
      return moved
    }),

  parts: (id) =>
    db.read
      .selectFrom('upload_parts')
      .select(['number', 'size_bytes as sizeBytes', 'received_at as receivedAt'])
      .where('upload_id', '=', id)
      .orderBy('number')
      .execute(),

  addPart: (id, tokenHash, part) =>
    db.write(async (tx) => {
      const row = await tx
        .selectFrom('uploads')
        .selectAll()
        .where('id', '=', id)
        .where('token_hash', '=', tokenHash)
        .where('status', '=', 'UPLOAD_URL_GENERATED')
        .executeTakeFirst()
      return row && addPart(tx, toUpload(row), part)
    }),

  async waiting(ids) {
    const rows = await db.read
      .selectFrom('uploads')
      .select('id')
      .where('id', 'in', ids)
      .where('status', 'in', statesBefore('UPLOAD_EXPIRED'))
      .execute()
    return rows.map((row) => row.id)
  },
})

const toRow = (upload: UploadRow & { idempotencyKey?: string }): Insertable<Schema['uploads']> => ({
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
  url_expires_at: upload.urlExpiresAt ?? null,
  received_digest: upload.receivedDigest ?? null,
  document_id: upload.documentId ?? null,
  version_id: upload.versionId ?? null,
  job_id: upload.jobId ?? null,
  error: upload.error ?? null,
  error_code: upload.errorCode ?? null,
  swept_bytes: upload.sweptBytes ?? null,
  dismissed_at: upload.dismissedAt ?? null,
  idempotency_key: upload.idempotencyKey ?? null,
  trace_id: upload.traceId,
  created_at: upload.createdAt,
  updated_at: upload.updatedAt,
})
