import { type Kysely, sql, type Updateable } from 'kysely'
import type { Digest } from '../../core/digest.ts'
import type { Copies, CopyJob } from '../../core/ports/index.ts'
import { figuresOf, shownCopies } from './copy-views.ts'
import type { Database, Tx } from './database.ts'
import type { Schema } from './schema.ts'

/** Copies in further stores; see docs/format.md. Most rows are made by triggers of the schema. */
export const sqlCopies = (db: Database): Copies => ({
  enrol: (providers) =>
    db.write(async (tx) => {
      await tx.deleteFrom('providers').execute()
      for (const name of providers) await tx.insertInto('providers').values({ name }).execute()
    }),

  queueMissing: (provider, page, now) => db.write((tx) => queueMissing(tx, provider, page, now)),

  async take(provider, leaseMs, now) {
    // Mostly there is nothing, and looking must not cost the others their turn to write.
    if (!(await due(db.read, provider, now))) return undefined
    return db.write((tx) => take(tx, provider, now, now + leaseMs))
  },

  extend: (job, leaseMs, now) =>
    db.write((tx) => change(tx, job, { lease_until: now + leaseMs, updated_at: now })),

  verified: (job, { sent, nextLookAt }, now) =>
    db.write((tx) =>
      change(tx, job, {
        state: 'stored',
        attempts: 0,
        error: null,
        lease_until: null,
        run_at: nextLookAt,
        verified_at: now,
        updated_at: now,
        ...(sent && { checksum: sent.checksum, send_ms: Math.round(sent.tookMs) }),
      }),
    ),

  failed: (job, { error, runAt }, now) =>
    db.write((tx) =>
      change(tx, job, {
        state: runAt === undefined ? 'failed' : 'waiting',
        error,
        lease_until: null,
        run_at: runAt ?? now,
        verified_at: null,
        updated_at: now,
      }),
    ),

  postponed: (job, { error, runAt }, now) =>
    db.write((tx) => change(tx, job, { error, lease_until: null, run_at: runAt, updated_at: now })),

  retry: (provider, now) =>
    db.write(async (tx) => {
      const { numUpdatedRows } = await ofProvider(tx, provider)
        .where((is) =>
          is.or([
            is('state', '=', 'failed'),
            is.and([is('state', '=', 'waiting'), is('run_at', '>', now)]),
          ]),
        )
        .set({ state: 'waiting', attempts: 0, run_at: now, updated_at: now })
        .executeTakeFirst()
      return Number(numUpdatedRows)
    }),

  recheck: (provider, now) =>
    db.write(async (tx) => {
      const { numUpdatedRows } = await ofProvider(tx, provider)
        .where('state', '=', 'stored')
        .set({ run_at: now })
        .executeTakeFirst()
      return Number(numUpdatedRows)
    }),

  async removals(provider, limit, now) {
    const rows = await db.read
      .selectFrom('provider_reaps')
      .select('key')
      .where('provider', '=', provider)
      .where('run_at', '<=', now)
      .limit(limit)
      .execute()
    return rows.map((row) => row.key)
  },

  forgetRemovals: (provider, keys) =>
    db.write(async (tx) => {
      for (const key of keys) {
        await tx
          .deleteFrom('provider_reaps')
          .where('provider', '=', provider)
          .where('key', '=', key)
          .execute()
      }
    }),

  removeAt: (provider, key, runAt) =>
    db.write(async (tx) => {
      await tx
        .insertInto('provider_reaps')
        .values({ provider, key, run_at: runAt })
        .onConflict((on) => on.columns(['provider', 'key']).doUpdateSet({ run_at: runAt }))
        .execute()
    }),

  of: (digest) =>
    db.read
      .selectFrom('provider_uploads as u')
      .innerJoin('blobs as b', 'b.id', 'u.blob_id')
      .select(['u.provider', 'u.key'])
      .where('b.digest', '=', digest)
      .where('u.state', '=', 'stored')
      .orderBy('u.verified_at', 'desc')
      .execute(),

  distrust: (provider, key, now) =>
    db.write(async (tx) => {
      await tx
        .updateTable('provider_uploads')
        .set({ state: 'waiting', verified_at: null, run_at: now, updated_at: now })
        .where('provider', '=', provider)
        .where('key', '=', key)
        .execute()
    }),

  async restorable(limit) {
    const rows = await db.read
      .selectFrom('blobs as b')
      .select('b.digest')
      .where('b.state', '=', sql.lit('damaged'))
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom('provider_uploads as u')
            .select('u.key')
            .whereRef('u.blob_id', '=', 'b.id')
            .where('u.state', '=', 'stored'),
        ),
      )
      .limit(limit)
      .execute()
    return rows.map((row) => row.digest as Digest)
  },

  async damaged() {
    const { count } = await db.read
      .selectFrom('blobs')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('state', '=', sql.lit('damaged'))
      .executeTakeFirstOrThrow()
    return count
  },

  shown: (versionIds) => shownCopies(db.read, versionIds),
  figures: () => figuresOf(db.read),
})

async function queueMissing(
  tx: Tx,
  provider: string,
  { afterId, limit }: { afterId: number; limit: number },
  now: number,
): Promise<number | undefined> {
  const last = await tx
    .selectFrom((from) =>
      from
        .selectFrom('blobs')
        .select('id')
        .where('id', '>', afterId)
        .orderBy('id')
        .limit(limit)
        .as('page'),
    )
    .select(({ fn }) => fn.max('id').as('id'))
    .executeTakeFirst()
  if (last?.id == null) return undefined
  await sql`
    insert into provider_uploads (blob_id, provider, state, size_bytes, key, run_at, updated_at)
    select b.id, ${provider}, 'waiting', b.size_bytes,
      substr(b.tag, 1, 2) || '/' || b.tag || '.' || lower(hex(randomblob(8))), ${now}, ${now}
    from blobs b
    where b.id > ${afterId} and b.id <= ${last.id} and b.state = 'live'
      and exists (select 1 from versions v where v.blob_id = b.id)
    on conflict (blob_id, provider) do nothing`.execute(tx)
  return last.id
}

/** What cannot be copied, as its bytes here are damaged, waits until they are mended. */
const due = (db: Kysely<Schema>, provider: string, now: number) =>
  db
    .selectFrom('provider_uploads as u')
    .innerJoin('blobs as b', 'b.id', 'u.blob_id')
    .select(['u.blob_id as blobId', 'u.key', 'u.state', 'u.attempts'])
    .select(['b.digest', 'b.path', 'b.size_bytes as sizeBytes'])
    .where('u.provider', '=', provider)
    .where('u.state', '<>', sql.lit('failed'))
    .where('u.run_at', '<=', now)
    .where((is) => is.or([is('u.lease_until', 'is', null), is('u.lease_until', '<=', now)]))
    .where((is) => is.or([is('u.state', '=', 'stored'), is('b.state', '=', 'live')]))
    .orderBy('u.run_at')
    .limit(1)
    .executeTakeFirst()

async function take(
  tx: Tx,
  provider: string,
  now: number,
  leaseUntil: number,
): Promise<CopyJob | undefined> {
  const job = await due(tx, provider, now)
  if (!job || job.state === 'failed') return undefined
  const attempts = job.attempts + 1
  await tx
    .updateTable('provider_uploads')
    .set({ attempts, lease_until: leaseUntil })
    .where('blob_id', '=', job.blobId)
    .where('provider', '=', provider)
    .execute()
  return { ...job, provider, attempts, state: job.state, digest: job.digest as Digest }
}

/** Changes the row if the job is still its holder's: whoever took it since has counted on. */
async function change(
  tx: Tx,
  job: CopyJob,
  to: Updateable<Schema['provider_uploads']>,
): Promise<boolean> {
  const { numUpdatedRows } = await update(tx)
    .set(to)
    .where('blob_id', '=', job.blobId)
    .where('provider', '=', job.provider)
    .where('key', '=', job.key)
    .where('attempts', '=', job.attempts)
    .where('lease_until', 'is not', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

const update = (tx: Tx) => tx.updateTable('provider_uploads')

const ofProvider = (tx: Tx, provider: string | undefined) =>
  provider === undefined ? update(tx) : update(tx).where('provider', '=', provider)
