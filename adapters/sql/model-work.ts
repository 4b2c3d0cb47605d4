import type { Selectable } from 'kysely'
import { newId } from '../../core/ids.ts'
import type { Act, ModelTask, ModelWork, ModelWorkRow } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { writeAudit } from './record.ts'
import type { Schema } from './schema.ts'

type Row = Selectable<Schema['model_work']>

/** Ended work that is kept, beside the newest of each task and model. */
const KEPT = 50

export const sqlModelWork = (db: Database): ModelWork => ({
  ask: (work, by) =>
    db.write(async (tx) => {
      const same = await tx
        .selectFrom('model_work')
        .selectAll()
        .where('task', '=', work.task)
        .where('subject', '=', work.subject)
        .where('state', '=', 'waiting')
        .where('input', '=', JSON.stringify(work.input))
        .executeTakeFirst()
      const row = same ?? (await insert(tx, work, by))
      await prune(tx)
      return rowOut(row)
    }),

  begin: (work, by, { worker, until }) =>
    db.write(async (tx) => {
      if (await isRunning(tx, by.now)) return undefined
      const { id } = await insert(tx, work, by)
      return rowOut(await hold(tx, id, { worker, until, now: by.now }))
    }),

  take: (worker, until, now) =>
    db.write(async (tx) => {
      if (await isRunning(tx, now)) return undefined
      const next = await tx
        .selectFrom('model_work')
        .select('id')
        .where('state', 'in', ['waiting', 'running'])
        .orderBy('created_at')
        .orderBy('id')
        .executeTakeFirst()
      return next && rowOut(await hold(tx, next.id, { worker, until, now }))
    }),

  progress: (id, worker, { done, total, until, now }) =>
    db.write(async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable('model_work')
        .set({ done, total, lease_until: until, updated_at: now })
        .where('id', '=', id)
        .where('worker', '=', worker)
        .where('state', '=', 'running')
        .executeTakeFirst()
      return numUpdatedRows > 0n
    }),

  end: (id, worker, end, now) =>
    db.write(async (tx) => {
      for (const subject of end.changed ?? []) {
        await tx
          .deleteFrom('model_work')
          .where('subject', '=', subject)
          .where('task', 'in', ['verify', 'measure'])
          .where('state', 'in', ['done', 'failed'])
          .execute()
      }
      const { numUpdatedRows } = await tx
        .updateTable('model_work')
        .set({
          state: end.state,
          result: end.result ? JSON.stringify(end.result) : null,
          reason: end.reason ?? null,
          message: end.message ?? null,
          worker: null,
          lease_until: null,
          updated_at: now,
        })
        .where('id', '=', id)
        .where('worker', '=', worker)
        .where('state', '=', 'running')
        .executeTakeFirst()
      // What was done to the shelf was done, whoever has the row by now.
      for (const entry of end.audit ?? []) await writeAudit(tx, entry)
      if (numUpdatedRows > 0n) await prune(tx)
    }),

  answer: (id, input, now) =>
    db.write(async (tx) => {
      const row = await tx
        .selectFrom('model_work')
        .select('input')
        .where('id', '=', id)
        .where('state', '=', 'asks')
        .executeTakeFirst()
      if (!row) return false
      const all = JSON.stringify({ ...(JSON.parse(row.input) as object), ...input })
      await tx
        .updateTable('model_work')
        .set({ state: 'waiting', input: all, result: null, reason: null, message: null })
        .set({ updated_at: now })
        .where('id', '=', id)
        .execute()
      return true
    }),

  drop: (id) =>
    db.write(async (tx) => {
      const row = await tx
        .deleteFrom('model_work')
        .where('id', '=', id)
        .where('state', '!=', 'running')
        .returningAll()
        .executeTakeFirst()
      return row && rowOut(row)
    }),

  async list() {
    const rows = await db.read
      .selectFrom('model_work')
      .selectAll()
      .orderBy('updated_at', 'desc')
      .orderBy('id', 'desc')
      .execute()
    return rows.map(rowOut)
  },
})

const isRunning = (tx: Tx, now: number) =>
  tx
    .selectFrom('model_work')
    .select('id')
    .where('state', '=', 'running')
    .where('lease_until', '>', now)
    .executeTakeFirst()

const hold = (
  tx: Tx,
  id: string,
  { worker, until, now }: { worker: string; until: number; now: number },
): Promise<Row> =>
  tx
    .updateTable('model_work')
    .set({ state: 'running', worker, lease_until: until, updated_at: now })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()

async function insert(
  tx: Tx,
  { task, subject, input }: { task: ModelTask; subject: string; input: object },
  by: Act,
): Promise<Row> {
  return tx
    .insertInto('model_work')
    .values({
      id: newId(),
      task,
      subject,
      state: 'waiting',
      input: JSON.stringify(input),
      user_id: by.userId ?? null,
      trace_id: by.traceId,
      address: by.address ?? null,
      created_at: by.now,
      updated_at: by.now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Forgets ended work: all but the newest of each task and model, and all but the newest of those. */
async function prune(tx: Tx): Promise<void> {
  const ended = await tx
    .selectFrom('model_work')
    .select(['id', 'task', 'subject', 'state'])
    .where('state', 'in', ['done', 'failed'])
    .orderBy('updated_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
  const newest = new Set<string>()
  const old = ended.filter(({ task, subject, state }) => {
    const key = `${task} ${subject} ${state}`
    if (newest.has(key)) return true
    newest.add(key)
    // What was measured and verified is asked for as long as the model is there.
    return newest.size > KEPT && task !== 'measure' && task !== 'verify'
  })
  for (const { id } of old) await tx.deleteFrom('model_work').where('id', '=', id).execute()
}

function rowOut(row: Row): ModelWorkRow {
  return {
    id: row.id,
    task: row.task,
    subject: row.subject,
    state: row.state,
    input: JSON.parse(row.input) as Record<string, unknown>,
    ...(row.result !== null && { result: JSON.parse(row.result) as Record<string, unknown> }),
    done: row.done,
    total: row.total,
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.message !== null && { message: row.message }),
    ...(row.user_id !== null && { userId: row.user_id }),
    traceId: row.trace_id,
    ...(row.address !== null && { address: row.address }),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
