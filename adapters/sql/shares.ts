import { type Insertable, type Selectable, sql } from 'kysely'
import { AppError, hasSystemCode, notFound } from '../../core/errors.ts'
import type { Act, Share, ShareStatus, Shares } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { auditAct } from './library-audit.ts'
import { writeEvent } from './record.ts'
import type { Schema } from './schema.ts'
import { shareEntries } from './share-entries.ts'
import { shareMoves } from './share-moves.ts'
import { shareOrders } from './share-orders.ts'

/** Watched folders in SQL. */
export const sqlShares = (db: Database): Shares => ({
  ...shareEntries(db),
  ...shareMoves(db),
  ...shareOrders(db),

  async list() {
    const rows = await db.read
      .selectFrom('shares')
      .selectAll()
      .orderBy('name')
      .orderBy('id')
      .execute()
    return rows.map(toShare)
  },

  put: (share, by) => db.write((tx) => put(tx, share, by)),

  remove: (id, by) => db.write((tx) => remove(tx, id, by)),

  putStatus: (status, now) => db.write((tx) => putStatus(tx, status, now)),

  async statuses() {
    const rows = await db.read.selectFrom('share_statuses').select('status').execute()
    return rows.map((row) => JSON.parse(row.status) as ShareStatus)
  },
})

async function put(tx: Tx, share: Share, by: Act | undefined): Promise<Share> {
  const { id, created_at, ...values } = toRow(share)
  try {
    await tx
      .insertInto('shares')
      .values({ id, created_at, ...values })
      .onConflict((on) => on.column('id').doUpdateSet(values))
      .execute()
  } catch (cause) {
    if (hasSystemCode(cause, 'SQLITE_CONSTRAINT_FOREIGNKEY')) throw notFound()
    if (!hasSystemCode(cause, 'SQLITE_CONSTRAINT_UNIQUE')) throw cause
    throw new AppError('conflict', `The folder ${share.path} is watched already.`, {
      cause,
      reason: 'SHARE_EXISTS',
    })
  }
  await auditAct(tx, by, 'share.put', `share:${id}`, { name: share.name, path: share.path })
  await writeEvent(tx, { kind: 'share', payload: { share_id: id }, at: by?.now ?? created_at })
  return share
}

async function remove(tx: Tx, id: string, by: Act | undefined): Promise<void> {
  await sql`
    update documents set source_state = null where id in (
      select document_id from share_entries where share_id = ${id} and document_id is not null
      union all
      select a.document_id from share_entries e
      join archive_entries a on a.archive_id = e.document_id
      where e.share_id = ${id} and a.document_id is not null)`.execute(tx)
  await auditAct(tx, by, 'share.remove', `share:${id}`)
  const done = await tx.deleteFrom('shares').where('id', '=', id).executeTakeFirst()
  if (done.numDeletedRows === 0n) throw notFound()
}

async function putStatus(tx: Tx, status: ShareStatus, now: number): Promise<void> {
  const share_id = status.shareId
  const text = JSON.stringify(status)
  // The watcher may report once more on a share that an administrator has just removed.
  const done = await sql`
    insert into share_statuses (share_id, status)
    select id, ${text} from shares where id = ${share_id}
    on conflict (share_id) do update set status = excluded.status
    where status <> excluded.status`.execute(tx)
  if (!done.numAffectedRows) return
  await writeEvent(tx, { kind: 'share', payload: { share_id }, at: now })
}

const toRow = (share: Share): Insertable<Schema['shares']> => ({
  id: share.id,
  name: share.name,
  path: share.path,
  chapter_id: share.chapterId,
  owner_id: share.ownerId,
  exclude: JSON.stringify(share.exclude),
  settle_ms: share.settleMs,
  enabled: share.enabled ? 1 : 0,
  created_at: share.createdAt,
  mode: share.mode,
  mapping: share.mapping,
  include: JSON.stringify(share.include),
  on_conflict: share.onConflict ?? null,
  scan_every_ms: share.scanEveryMs ?? null,
  scan_from: share.scanWindow?.from ?? null,
  scan_to: share.scanWindow?.to ?? null,
  expand_archives: share.expandArchives ? 1 : 0,
})

const toShare = (row: Selectable<Schema['shares']>): Share => ({
  id: row.id,
  name: row.name,
  path: row.path,
  chapterId: row.chapter_id,
  ownerId: row.owner_id,
  exclude: JSON.parse(row.exclude) as string[],
  settleMs: row.settle_ms,
  enabled: row.enabled === 1,
  createdAt: row.created_at,
  mode: row.mode,
  mapping: row.mapping,
  include: JSON.parse(row.include) as string[],
  ...(row.on_conflict && { onConflict: row.on_conflict }),
  ...(row.scan_every_ms !== null && { scanEveryMs: row.scan_every_ms }),
  ...(row.scan_from !== null &&
    row.scan_to !== null && { scanWindow: { from: row.scan_from, to: row.scan_to } }),
  ...(row.expand_archives === 1 && { expandArchives: true }),
})
