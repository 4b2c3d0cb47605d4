import type { Insertable, Selectable } from 'kysely'
import { type Digest, parseDigest } from '../../core/digest.ts'
import { AppError, hasSystemCode, notFound } from '../../core/errors.ts'
import type { OnConflict } from '../../core/model/library.ts'
import { assertMove, statesBefore, type UploadStatus } from '../../core/model/upload.ts'
import type { UploadRow, Uploads } from '../../core/ports/index.ts'
import type { Database } from './database.ts'
import type { Schema } from './schema.ts'
import { addPart, forgetParts } from './upload-rows.ts'

const ENDED: UploadStatus[] = ['UPLOAD_COMPLETE', 'UPLOAD_FAILED', 'UPLOAD_EXPIRED']

/** Upload requests; every change of status goes through the table of legal moves. */
export const sqlUploads = (db: Database): Uploads => ({
  create: (upload) =>
    db.write(async (tx) => {
      try {
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
      const row = await tx.selectFrom('uploads').selectAll().where('id', '=', id).executeTakeFirst()
      if (!row) throw notFound()
      assertMove(row.status as UploadStatus, status)
      const { error: _over, ...before } = toUpload(row)
      const moved = { ...before, ...change, status, updatedAt: now }
      const { idempotency_key: _, ...values } = toRow(moved)
      await tx.updateTable('uploads').set(values).where('id', '=', id).execute()
      if (row.status !== status) await forgetParts(tx, [id])
      return moved
    }),

  async of(userId, limit) {
    const rows = await db.read
      .selectFrom('uploads')
      .selectAll()
      .where('user_id', '=', userId)
      .orderBy('created_at', 'desc')
      .limit(limit)
      .execute()
    return rows.map(toUpload)
  },

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

  prune: (before, limit) =>
    db.write(async (tx) => {
      const ended = tx
        .selectFrom('uploads')
        .select('id')
        .where('status', 'in', ENDED)
        .where('updated_at', '<', before)
        .limit(limit)
      const done = await tx.deleteFrom('uploads').where('id', 'in', ended).executeTakeFirst()
      return Number(done.numDeletedRows)
    }),

  expire: (before, now) =>
    db.write(async (tx) => {
      const rows = await tx
        .updateTable('uploads')
        .set({ status: 'UPLOAD_EXPIRED', token_hash: null, updated_at: now })
        .where('status', 'in', statesBefore('UPLOAD_EXPIRED'))
        .where('updated_at', '<', before)
        .returning('id')
        .execute()
      const ids = rows.map((row) => row.id)
      await forgetParts(tx, ids)
      return ids
    }),
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
  idempotency_key: upload.idempotencyKey ?? null,
  trace_id: upload.traceId,
  created_at: upload.createdAt,
  updated_at: upload.updatedAt,
})

function toUpload(row: Selectable<Schema['uploads']>): UploadRow {
  const optional = {
    partBytes: row.part_bytes,
    declaredDigest: row.declared_digest && parseDigest(row.declared_digest),
    tokenHash: row.token_hash,
    urlExpiresAt: row.url_expires_at,
    receivedDigest: row.received_digest as Digest | null,
    documentId: row.document_id,
    versionId: row.version_id,
    jobId: row.job_id,
    error: row.error,
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
