import { statesBefore } from '../../core/model/upload.ts'
import type { Uploads } from '../../core/ports/index.ts'
import type { Database } from './database.ts'
import { auditAct } from './library-audit.ts'
import { prepared } from './prepared.ts'
import { reservedPaths } from './reserved.ts'
import { sqlUploadEnds } from './upload-ends.ts'
import { insertAsked, sqlUploadRequests } from './upload-requests.ts'
import { addPart, moveUpload, toUpload } from './upload-rows.ts'

/** Upload requests; every change of status goes through the table of legal moves. */
export const sqlUploads = (db: Database, reserved = reservedPaths()): Uploads => ({
  ...sqlUploadRequests(db, reserved),
  ...sqlUploadEnds(db),

  create: (upload) =>
    db.write(async (tx) => {
      await insertAsked(tx, upload)
      return upload
    }),

  async get(userId, id) {
    const row = await own.first(db.read, { userId, id })
    return row && toUpload(row)
  },

  async byTokenHash(tokenHash) {
    const row = await atUrl.first(db.read, { tokenHash })
    return row && toUpload(row)
  },

  move: (id, status, change, now) =>
    db.write((tx) => moveUpload(tx, id, { ...change, status, updatedAt: now })),

  cancel: (id, error, by) =>
    db.write(async (tx) => {
      const over = {
        status: 'UPLOAD_FAILED',
        error,
        updatedAt: by.now,
        dismissedAt: by.now,
      } as const
      const { sweptBytes = 0, declaredSize } = await moveUpload(tx, id, over)
      const detail = { swept_bytes: sweptBytes, size_bytes: declaredSize }
      await auditAct(tx, by, 'upload.cancel', `upload:${id}`, detail)
    }),

  receive: (id, tokenHash, receivedDigest, now) =>
    db.write(async (tx) => {
      const row = await tx
        .selectFrom('uploads')
        .select('id')
        .where('id', '=', id)
        .where('token_hash', '=', tokenHash)
        .where('status', '=', 'UPLOAD_URL_GENERATED')
        .executeTakeFirst()
      return (
        row && moveUpload(tx, id, { status: 'UPLOAD_RECEIVED', receivedDigest, updatedAt: now })
      )
    }),

  sendDirect: (id, tokenHash, directKey) =>
    db.write(async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable('uploads')
        .set({ direct_key: directKey })
        .where('id', '=', id)
        .where('token_hash', '=', tokenHash)
        .executeTakeFirst()
      return numUpdatedRows > 0n
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
        .where('url_expires_at', '>', part.receivedAt)
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

const own = prepared((db, given: { userId: string; id: string }) =>
  db
    .selectFrom('uploads')
    .selectAll()
    .where('id', '=', given.id)
    .where('user_id', '=', given.userId),
)

const atUrl = prepared((db, given: { tokenHash: string }) =>
  db.selectFrom('uploads').selectAll().where('token_hash', '=', given.tokenHash),
)
