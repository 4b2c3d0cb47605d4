import { sql } from 'kysely'
import { AppError, notFound } from '../../core/errors.ts'
import { statesBefore, type UploadStatus } from '../../core/model/upload.ts'
import type { Act, UploadRow, UploadState, Uploads } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { auditAct } from './library-audit.ts'
import { prepared } from './prepared.ts'
import { writeEvent } from './record.ts'
import { arrivedBytes, forgetParts, toUpload } from './upload-rows.ts'
import { isVisible } from './visible.ts'

type Ends = Pick<Uploads, 'list' | 'unfinished' | 'dismiss' | 'prune' | 'expire'>

/** Written out, word for word as in the partial indexes: else the planner does not take those. */
const IN_STATE: Record<UploadState, ReturnType<typeof sql<boolean>>> = {
  open: sql<boolean>`status in ('UPLOAD_PENDING', 'UPLOAD_URL_GENERATED', 'UPLOAD_RECEIVED')`,
  ended: sql<boolean>`status in ('UPLOAD_FAILED', 'UPLOAD_EXPIRED') and dismissed_at is null`,
  complete: sql<boolean>`status = 'UPLOAD_COMPLETE'`,
}

const ENDS: Record<'complete' | 'ended', UploadStatus[]> = {
  complete: ['UPLOAD_COMPLETE'],
  ended: ['UPLOAD_FAILED', 'UPLOAD_EXPIRED'],
}

/** Whoever sends a file again needs no news of how it went before. */
export async function forgetNewsOf(tx: Tx, again: UploadRow): Promise<void> {
  await dismissEnded.run(tx, again)
}

type Again = Pick<UploadRow, 'createdAt' | 'userId' | 'name' | 'folder' | 'chapterId'>

const dismissEnded = prepared((db, again: Again) =>
  db
    .updateTable('uploads')
    .set({ dismissed_at: again.createdAt })
    .where('user_id', '=', again.userId)
    .where('name', '=', again.name)
    .where('folder', '=', again.folder)
    .where('chapter_id', '=', again.chapterId)
    .where(IN_STATE.ended),
)

/** What becomes of uploads that came to nothing, and what their owners see of them. */
export const sqlUploadEnds = (db: Database): Ends => ({
  async list(visible, userId, { state, limit, cursor }) {
    let query = db.read
      .selectFrom('uploads')
      .selectAll()
      .select(arrivedBytes.as('arrived'))
      .where('user_id', '=', userId)
      .where(isVisible('chapter_id', visible))
      .orderBy('id', 'desc')
      .limit(limit + 1)
    if (state) query = query.where(IN_STATE[state])
    if (cursor) query = query.where('id', '<', cursor)
    const rows = await query.execute()
    const items = rows
      .slice(0, limit)
      .map((row) => ({ ...toUpload(row), arrivedBytes: row.arrived }))
    const last = items.at(-1)
    return rows.length > limit && last ? { items, nextCursor: last.id } : { items }
  },

  async unfinished(afterId, limit) {
    const rows = await db.read
      .selectFrom('uploads')
      .selectAll()
      .select(arrivedBytes.as('arrived'))
      .where('id', '>', afterId)
      .where(IN_STATE.open)
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map((row) => ({ ...toUpload(row), arrivedBytes: row.arrived }))
  },

  dismiss: (visible, id, { userId, now }) =>
    db.write(async (tx) => {
      const row = await tx
        .selectFrom('uploads')
        .select(['status', 'dismissed_at'])
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .where(isVisible('chapter_id', visible))
        .executeTakeFirst()
      if (!row) throw notFound()
      if (!ENDS.ended.includes(row.status as UploadStatus)) throw notEnded()
      if (row.dismissed_at !== null) return
      await tx.updateTable('uploads').set({ dismissed_at: now }).where('id', '=', id).execute()
    }),

  prune: (end, before, limit) =>
    db.write(async (tx) => {
      const old = tx
        .selectFrom('uploads')
        .select('id')
        .where('status', 'in', ENDS[end])
        .where('updated_at', '<', before)
        .limit(limit)
      const done = await tx.deleteFrom('uploads').where('id', 'in', old).executeTakeFirst()
      return Number(done.numDeletedRows)
    }),

  expire: (before, limit, by) =>
    db.write(async (tx) => {
      const rows = await tx
        .selectFrom('uploads')
        .select(['id', 'user_id', 'declared_size', arrivedBytes.as('sweptBytes')])
        .where('status', 'in', statesBefore('UPLOAD_EXPIRED'))
        .where('updated_at', '<', before)
        .orderBy('updated_at')
        .limit(limit)
        .execute()
      for (const row of rows) await expireOne(tx, row, by)
      return rows.map(({ id, sweptBytes }) => ({ id, sweptBytes }))
    }),
})

interface Abandoned {
  id: string
  user_id: string
  declared_size: number
  sweptBytes: number
}

async function expireOne(tx: Tx, upload: Abandoned, by: Act): Promise<void> {
  const { id, sweptBytes } = upload
  await tx
    .updateTable('uploads')
    .set({
      status: 'UPLOAD_EXPIRED',
      token_hash: null,
      swept_bytes: sweptBytes,
      updated_at: by.now,
    })
    .where('id', '=', id)
    .execute()
  await forgetParts(tx, [id])
  const detail = { swept_bytes: sweptBytes, size_bytes: upload.declared_size }
  await auditAct(tx, by, 'upload.expire', `upload:${id}`, detail)
  await writeEvent(tx, {
    kind: 'upload',
    userId: upload.user_id,
    payload: { upload_id: id, change: 'expired' },
    at: by.now,
  })
}

const notEnded = () =>
  new AppError('conflict', 'This upload is not over.', { reason: 'UPLOAD_NOT_ENDED' })
