import { type Selectable, sql } from 'kysely'
import type { Digest } from '../../core/digest.ts'
import type { Keys } from '../../core/keys.ts'
import type { BlobRow, Blobs, Usage } from '../../core/ports/index.ts'
import { clockOf, mayRemove } from './care.ts'
import type { Database } from './database.ts'
import { reviveDead } from './queue-first.ts'
import { retag } from './retag.ts'
import type { Schema } from './schema.ts'

/** Blob rows, the reap queue and the figures about them. */
export const sqlBlobs = (db: Database, keys: Keys): Blobs => ({
  async live(digest) {
    const row = await blobRows(db)
      .where('tag', '=', keys.tag(digest))
      .where('state', '=', 'live')
      .executeTakeFirst()
    return row && toBlob(row)
  },

  async byId(id) {
    const row = await blobRows(db).where('id', '=', id).executeTakeFirst()
    return row && toBlob(row)
  },

  async page(afterId, limit) {
    const rows = await blobRows(db)
      .where('id', '>', afterId)
      .where('state', '<>', 'fresh')
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map(toBlob)
  },

  reap: ({ graceMs, rounds }, limit) =>
    db.write(async (tx) => {
      if (!(await mayRemove(tx))) return []
      const { elapsed_ms, round } = await clockOf(tx)
      const { rows } = await sql<{ id: number; path: string; digest: string }>`
        select id, path, digest from blobs
        where refs = 0 and idle_since_ms is not null
          and idle_since_ms <= ${elapsed_ms - graceMs} and idle_round <= ${round - rounds + 1}
        limit ${limit}`.execute(tx)
      for (const row of rows) {
        await tx.insertInto('blob_reaps').values({ path: row.path }).execute()
        await tx.deleteFrom('blobs').where('id', '=', row.id).execute()
        await forgetDerived(tx, row.digest)
      }
      return rows.map((row) => row.path)
    }),

  mayRemove: () => mayRemove(db.read),

  async reapQueue() {
    const rows = await db.read.selectFrom('blob_reaps').select('path').execute()
    return rows.map((row) => row.path)
  },

  forgetReaped: (paths) =>
    db.write(async (tx) => {
      for (const path of paths) {
        await tx.deleteFrom('blob_reaps').where('path', '=', path).execute()
      }
    }),

  async intents() {
    const rows = await db.read.selectFrom('blob_intents').select('path').execute()
    return rows.map((row) => row.path)
  },

  forgetIntents: (paths) =>
    db.write(async (tx) => {
      for (const path of paths) {
        await tx.deleteFrom('blob_intents').where('path', '=', path).execute()
      }
    }),

  abandonIntents: (before) =>
    db.write(async (tx) => {
      await sql`insert into blob_reaps (path)
        select path from blob_intents where created_at < ${before}`.execute(tx)
      await tx.deleteFrom('blob_intents').where('created_at', '<', before).execute()
    }),

  async isKnown(path) {
    const { rows } = await sql`
      select 1 from blobs where path = ${path}
      union all select 1 from blob_intents where path = ${path}
      union all select 1 from blob_reaps where path = ${path}`.execute(db.read)
    return rows.length > 0
  },

  markDamaged: (id) =>
    db.write(async (tx) => {
      await tx.updateTable('blobs').set({ state: 'damaged' }).where('id', '=', id).execute()
    }),

  markSound: ({ id, path }, now) =>
    db.write(async (tx) => {
      const sound = await tx
        .updateTable('blobs')
        .set({ state: 'live' })
        .where('id', '=', id)
        .where('path', '=', path)
        .where('state', '=', sql.lit('damaged'))
        .where(({ exists, not, selectFrom }) =>
          not(
            exists(
              selectFrom('blobs as other')
                .select('other.id')
                .whereRef('other.tag', '=', 'blobs.tag')
                .where('other.state', '=', sql.lit('live')),
            ),
          ),
        )
        .returning('digest')
        .executeTakeFirst()
      if (!sound) return false
      await reviveDead(tx, { digest: sound.digest, now })
      return true
    }),

  async wrongCounts() {
    const { rows } = await sql<{ digest: Digest; counted: number; actual: number }>`
      select * from (
        select b.digest, b.refs as counted,
          (select count(*) from versions v where v.blob_id = b.id)
          + (select count(*) from derivations d where d.blob_id = b.id)
          + (select count(*) from space_vectors s where s.blob_id = b.id)
          + (select count(*) from leases l where l.blob_id = b.id) as actual
        from blobs b)
      where counted <> actual`.execute(db.read)
    return rows
  },

  setType: (digest, mediaType, kind) =>
    db.write(async (tx) => {
      await tx
        .updateTable('blobs')
        .set({ media_type: mediaType, kind })
        .where('digest', '=', digest)
        .execute()
    }),

  async nameOf(digest) {
    const row = await db.read
      .selectFrom('blobs as b')
      .innerJoin('versions as v', 'v.blob_id', 'b.id')
      .innerJoin('documents as d', 'd.id', 'v.document_id')
      .select('d.name')
      .where('b.digest', '=', digest)
      .orderBy('v.created_at')
      .limit(1)
      .executeTakeFirst()
    return row?.name ?? ''
  },

  usage: () => usageOf(db),

  retag: () => retag(db, keys),
})

const blobRows = (db: Database) =>
  db.read.selectFrom('blobs').select(['id', 'digest', 'path', 'size_bytes', 'refs', 'state'])

function toBlob(
  row: Pick<
    Selectable<Schema['blobs']>,
    'id' | 'digest' | 'path' | 'size_bytes' | 'refs' | 'state'
  >,
): BlobRow {
  return {
    id: row.id,
    digest: row.digest as Digest,
    path: row.path,
    sizeBytes: row.size_bytes,
    refs: row.refs,
    state: row.state,
  }
}

/** Idle for longer than any grace. */
const LONG_IDLE = -Number.MAX_SAFE_INTEGER

/** What was derived from a content goes with it, unless another row still carries the content. */
async function forgetDerived(tx: Parameters<Parameters<Database['write']>[0]>[0], digest: string) {
  const other = await tx
    .selectFrom('blobs')
    .select('id')
    .where('digest', '=', digest)
    .executeTakeFirst()
  if (other) return
  await tx.deleteFrom('chunks').where('digest', '=', digest).execute()
  const near = tx.deleteFrom('near_contents').where('digest', '=', digest)
  await near.execute()
  const derived = [
    ...(await tx
      .deleteFrom('derivations')
      .where('digest', '=', digest)
      .returning('blob_id')
      .execute()),
    ...(await tx
      .deleteFrom('space_vectors')
      .where('digest', '=', digest)
      .returning('blob_id')
      .execute()),
  ]
  // The content's grace is over, so its text and pictures need none of their own.
  for (const { blob_id } of derived) {
    await tx
      .updateTable('blobs')
      .set({ idle_since_ms: LONG_IDLE, idle_round: LONG_IDLE })
      .where('id', '=', blob_id)
      .where('refs', '=', 0)
      .execute()
  }
  await tx.deleteFrom('step_units').where('digest', '=', digest).execute()
  await tx.deleteFrom('jobs').where('digest', '=', digest).execute()
}

async function usageOf(db: Database): Promise<Usage> {
  const { rows } = await sql<Omit<Usage, 'byBook'>>`
    select
      (select coalesce(sum(size_bytes), 0) from versions) as logicalBytes,
      (select coalesce(sum(size_bytes), 0) from blobs b
        where exists (select 1 from versions v where v.blob_id = b.id)) as uniqueBytes,
      (select coalesce(sum(size_bytes), 0) from blobs b
        where refs > 0 and not exists (select 1 from versions v where v.blob_id = b.id)
      ) as derivedBytes,
      (select coalesce(sum(size_bytes), 0) from blobs where refs = 0) as reclaimableBytes,
      (select coalesce(sum(swept_bytes), 0) from uploads where swept_bytes is not null
      ) as sweptBytes,
      (select count(*) from documents where trashed_at is null) as documents,
      (select count(*) from versions) as versions,
      (select count(distinct blob_id) from versions) as blobs`.execute(db.read)
  const byBook = await sql<Usage['byBook'][number]>`
    select b.id as bookId, b.name,
      coalesce(sum(v.size_bytes), 0) as logicalBytes, count(distinct d.id) as documents
    from books b
    left join chapters c on c.book_id = b.id
    left join documents d on d.chapter_id = c.id
    left join versions v on v.document_id = d.id
    group by b.id order by logicalBytes desc, b.name`.execute(db.read)
  const [totals] = rows
  if (!totals) throw new Error('the catalog gave no totals')
  return { ...totals, byBook: byBook.rows }
}
