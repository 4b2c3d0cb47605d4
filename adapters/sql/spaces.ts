import { type Selectable, sql } from 'kysely'
import { AppError } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import type { Space, SpaceClaim, SpaceKind, SpaceRow, Spaces } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { auditAct } from './library-audit.ts'
import type { Schema } from './schema.ts'
import { missingIn, vectorsOf } from './space-contents.ts'

/** Spaces of vectors, and what is embedded in them. */
export const sqlSpaces = (db: Database): Spaces => ({
  list: () => listed(db.read),

  adopt: (kind, space, now) =>
    db.write(async (tx) => {
      if (!(await activeOf(tx, kind))) {
        await put(tx, kind, space, { state: 'active', now })
      }
      const spaces = await listed(tx)
      const active = spaces.find((each) => each.kind === kind && each.state === 'active')
      if (!active) throw new Error('a kind of space that was just adopted has none')
      // One of before spaces were kept is met for the first time.
      if (active.id === space.id && active.model === '') await put(tx, kind, space, { now })
      return active.id === space.id ? { ...active, ...space } : active
    }),

  build: (kind, space, now, by) =>
    db.write(async (tx) => {
      const known = await rowOf(tx, space.id)
      if (known?.state === 'active') return
      await put(tx, kind, space, { state: 'building', now })
      await auditAct(tx, by, 'space.build', `space:${space.id}`, { model: space.model })
    }),

  activate: (id, now, by) =>
    db.write(async (tx) => {
      const row = await known(tx, id)
      if (row.state === 'active') return
      if (row.state === 'dropped') {
        throw new AppError('conflict', 'This space was dropped. Build it first.', {
          reason: 'SPACE_DROPPED',
        })
      }
      const before = await activeOf(tx, row.kind)
      if (before) await setState(tx, before.id, 'old')
      await tx
        .updateTable('spaces')
        .set({ state: 'active', active_at: now })
        .where('id', '=', id)
        .execute()
      await auditAct(tx, by, 'space.switch', `space:${id}`, { before: before?.id })
    }),

  drop: (id, by) =>
    db.write(async (tx) => {
      const row = await known(tx, id)
      if (row.state === 'active') {
        throw new AppError(
          'conflict',
          'This space answers searches. Switch to another before you drop it.',
          { reason: 'SPACE_IN_USE' },
        )
      }
      await setState(tx, id, 'dropped')
      await auditAct(tx, by, 'space.drop', `space:${id}`, { model: row.model })
    }),

  retry: (id, by) =>
    db.write(async (tx) => {
      const { numDeletedRows } = await tx
        .deleteFrom('space_vectors')
        .where('space_id', '=', id)
        .where('state', '=', sql.lit('failed'))
        .executeTakeFirst()
      await auditAct(tx, by, 'space.retry', `space:${id}`, { contents: Number(numDeletedRows) })
      return Number(numDeletedRows)
    }),

  begin: (spaceId, digest) =>
    db.write(async (tx) => {
      const claim = { spaceId, digest, token: newId() }
      await replaceRow(tx, claim, { state: 'working' })
      return claim
    }),

  keep: (claim, made) =>
    db.write(async (tx) => {
      const held = await tx
        .selectFrom('space_vectors as v')
        .innerJoin('spaces as s', 's.id', 'v.space_id')
        .select('v.digest')
        .where('v.digest', '=', claim.digest)
        .where('v.space_id', '=', claim.spaceId)
        .where('v.token', '=', claim.token)
        .where('s.state', '<>', sql.lit('dropped'))
        .executeTakeFirst()
      if (!held) return false
      await replaceRow(
        tx,
        claim,
        'message' in made
          ? { state: 'failed', message: made.message }
          : { state: 'done', rows: made.rows, blob_id: made.blobId ?? null },
      )
      return true
    }),

  vectorsOf: (digest) => vectorsOf(db, digest),
  missing: (space, after, limit) => missingIn(db, space, { after, limit }),

  forget: (id, limit) =>
    db.write(async (tx) => {
      const { numAffectedRows } = await sql`
        delete from space_vectors where space_id = ${id} and digest in (
          select v.digest from space_vectors v join spaces s on s.id = v.space_id
          where v.space_id = ${id} and s.state = 'dropped' limit ${limit})`.execute(tx)
      return Number(numAffectedRows ?? 0)
    }),
})

async function listed(on: Database['read'] | Tx): Promise<SpaceRow[]> {
  const rows = await on.selectFrom('spaces').selectAll().orderBy('kind', 'desc').execute()
  return rows.map(toSpace).sort((a, b) => (a.kind === b.kind ? a.createdAt - b.createdAt : 0))
}

const toSpace = (row: Selectable<Schema['spaces']>): SpaceRow => ({
  id: row.id,
  model: row.model,
  dimension: row.dimension,
  pooling: row.pooling,
  kind: row.kind,
  state: row.state,
  contents: row.contents,
  failed: row.failed,
  createdAt: row.created_at,
  ...(row.active_at !== null && { activeAt: row.active_at }),
})

const rowOf = (tx: Tx, id: string) =>
  tx.selectFrom('spaces').selectAll().where('id', '=', id).executeTakeFirst()

async function known(tx: Tx, id: string): Promise<Selectable<Schema['spaces']>> {
  const row = await rowOf(tx, id)
  if (row) return row
  throw new AppError('not_found', 'There is no such space.')
}

const activeOf = (tx: Tx, kind: SpaceKind) =>
  tx
    .selectFrom('spaces')
    .select('id')
    .where('kind', '=', kind)
    .where('state', '=', sql.lit('active'))
    .executeTakeFirst()

const setState = (tx: Tx, id: string, state: SpaceRow['state']) =>
  tx.updateTable('spaces').set({ state }).where('id', '=', id).execute()

/** Without `state`, what is said of the space alone. */
async function put(
  tx: Tx,
  kind: SpaceKind,
  { id, model, dimension, pooling }: Space,
  { state, now }: { state?: 'active' | 'building'; now: number },
): Promise<void> {
  const change = {
    model,
    dimension,
    pooling,
    ...(state && { state }),
    ...(state === 'active' && { active_at: now }),
  }
  await tx
    .insertInto('spaces')
    .values({ id, kind, state: state ?? 'old', created_at: now, ...change })
    .onConflict((on) => on.column('id').doUpdateSet(change))
    .execute()
}

/** Rows never change: what they count is counted when they come and go. */
async function replaceRow(
  tx: Tx,
  { digest, spaceId, token }: SpaceClaim,
  row: {
    state: 'working' | 'done' | 'failed'
    rows?: number
    blob_id?: number | null
    message?: string
  },
): Promise<void> {
  await tx
    .deleteFrom('space_vectors')
    .where('digest', '=', digest)
    .where('space_id', '=', spaceId)
    .execute()
  await tx
    .insertInto('space_vectors')
    .values({ digest, space_id: spaceId, token, ...row })
    .execute()
}
