import { type Insertable, type Selectable, sql } from 'kysely'
import type { ShareEntry, ShareEntryState, Shares } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { prepared } from './prepared.ts'
import type { Schema } from './schema.ts'
import { setPresence } from './source-state.ts'

type Entries = Pick<
  Shares,
  'entries' | 'entry' | 'counts' | 'putEntries' | 'markMissing' | 'markPresent'
>

/** What was seen in the watched folders. */
export const shareEntries = (db: Database): Entries => ({
  async entries(shareId, { afterPath, limit, state }) {
    let query = db.read.selectFrom('share_entries').selectAll().where('share_id', '=', shareId)
    if (afterPath) query = query.where('path', '>', Buffer.from(afterPath))
    if (state) query = query.where('state', '=', state)
    const rows = await query.orderBy('path').limit(limit).execute()
    return rows.map(toEntry)
  },

  async entry(shareId, path) {
    const row = await entryAt.first(db.read, { shareId, path: Buffer.from(path) })
    return row && toEntry(row)
  },

  async counts(shareId) {
    const rows = await db.read
      .selectFrom('share_entries')
      .select(['state', sql<number>`count(*)`.as('entries')])
      .where('share_id', '=', shareId)
      // but for what lies in `done`: it is none of the share any more
      .where((is) => is.or([is('document_id', 'is not', null), is('version_id', 'is', null)]))
      .groupBy('state')
      .execute()
    const counts: Record<ShareEntryState, number> = { stored: 0, missing: 0, failed: 0, refused: 0 }
    for (const row of rows) counts[row.state] = row.entries
    return counts
  },

  putEntries: (entries) =>
    db.write(async (tx) => {
      for (const entry of entries) await putEntry(tx, entry)
    }),

  markMissing: (shareId, paths, now) =>
    db.write(async (tx) => {
      for (const path of paths) await markMissing(tx, { shareId, path: Buffer.from(path) }, now)
    }),

  markPresent: (shareId, paths, now) =>
    db.write(async (tx) => {
      for (const path of paths) await markPresent(tx, { shareId, path: Buffer.from(path) }, now)
    }),
})

const entryAt = prepared((db, given: EntryName) =>
  db
    .selectFrom('share_entries')
    .selectAll()
    .where('share_id', '=', given.shareId)
    .where('path', '=', given.path),
)

/** A share may be removed while its watcher is still at work; what it then reports is dropped. */
async function putEntry(tx: Tx, entry: ShareEntry): Promise<void> {
  const share = await tx
    .selectFrom('shares')
    .select('id')
    .where('id', '=', entry.shareId)
    .executeTakeFirst()
  if (!share) return
  const { share_id, path, ...values } = toRow(entry)
  await tx
    .insertInto('share_entries')
    .values({ share_id, path, ...values })
    .onConflict((on) => on.columns(['share_id', 'path']).doUpdateSet(values))
    .execute()
}

interface EntryName {
  shareId: string
  path: Buffer
}

async function markMissing(tx: Tx, { shareId, path }: EntryName, now: number): Promise<void> {
  await tx
    .deleteFrom('share_entries')
    .where('share_id', '=', shareId)
    .where('path', '=', path)
    .where('document_id', 'is', null)
    .execute()
  const entry = await tx
    .updateTable('share_entries')
    .set({ state: 'missing', reason: null, message: null, attempts: 0, updated_at: now })
    .where('share_id', '=', shareId)
    .where('path', '=', path)
    .returning('document_id')
    .executeTakeFirst()
  if (entry?.document_id) await setPresence(tx, entry.document_id, 'missing')
}

async function markPresent(tx: Tx, { shareId, path }: EntryName, now: number): Promise<void> {
  const entry = await tx
    .updateTable('share_entries')
    .set({ state: 'stored', updated_at: now })
    .where('share_id', '=', shareId)
    .where('path', '=', path)
    .where('state', '=', 'missing')
    .returning('document_id')
    .executeTakeFirst()
  if (entry?.document_id) await setPresence(tx, entry.document_id, 'present')
}

const toRow = (entry: ShareEntry): Insertable<Schema['share_entries']> => ({
  share_id: entry.shareId,
  path: Buffer.from(entry.path),
  device: entry.device,
  inode: entry.inode,
  generation: entry.generation,
  size_bytes: entry.sizeBytes,
  mtime_ns: entry.mtimeNs,
  ctime_ns: entry.ctimeNs,
  state: entry.state,
  document_id: entry.documentId ?? null,
  version_id: entry.versionId ?? null,
  reason: entry.reason ?? null,
  message: entry.message ?? null,
  attempts: entry.attempts,
  updated_at: entry.updatedAt,
})

export const toEntry = (row: Selectable<Schema['share_entries']>): ShareEntry => ({
  shareId: row.share_id,
  path: row.path,
  device: row.device,
  inode: row.inode,
  generation: row.generation,
  sizeBytes: row.size_bytes,
  mtimeNs: row.mtime_ns,
  ctimeNs: row.ctime_ns,
  state: row.state,
  attempts: row.attempts,
  updatedAt: row.updated_at,
  ...(row.document_id !== null && { documentId: row.document_id }),
  ...(row.version_id !== null && { versionId: row.version_id }),
  ...(row.reason !== null && { reason: row.reason }),
  ...(row.message !== null && { message: row.message }),
})
