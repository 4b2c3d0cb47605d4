import { type Selectable, sql, type Updateable } from 'kysely'
import type { Digest } from '../../core/digest.ts'
import { newId } from '../../core/ids.ts'
import type { Job, Step } from '../../core/model/job.ts'
import type { Failure, Jobs, StepResult } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { nextId, takeTurn } from './job-turns.ts'
import { jobViews } from './job-views.ts'
import { hasWorkLeft, haveTurn } from './queue-first.ts'
import { writeEvent } from './record.ts'
import type { Schema } from './schema.ts'

/** Contents whose jobs are queued again in one transaction. */
const REQUEUED_TOGETHER = 200

type JobTable = Selectable<Schema['jobs']>

/** The queue, as rows of the catalog. */
export const sqlJobs = (db: Database): Jobs => ({
  ...jobViews(db),

  async take(worker, steps, leaseMs, now) {
    // Looking first keeps idle workers from taking the write lock four times a second.
    const wanted = { steps, leaseMs, now }
    if (!(await nextId(db.read, wanted))) return undefined
    return db.write(async (tx) => {
      const id = await nextId(tx, wanted)
      if (!id) return undefined
      const row = await tx
        .updateTable('jobs')
        .set((eb) => ({
          state: 'running',
          worker,
          lease_until: now + leaseMs,
          started_at: now,
          attempts: eb('attempts', '+', 1),
          progress: 0,
          updated_at: now,
        }))
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow()
      await takeTurn(tx, row.book_id)
      await tell(tx, row, now)
      return toJob(row)
    })
  },

  heartbeat: (id, worker, progress, leaseMs, now) =>
    db.write(async (tx) => {
      const job = await held(tx, id, worker)
      if (!job) return false
      await tx
        .updateTable('jobs')
        .set({ lease_until: now + leaseMs, progress, updated_at: now })
        .where('id', '=', id)
        .execute()
      if (progress !== job.progress) await tell(tx, { ...job, progress }, now)
      return true
    }),

  finish: (id, worker, result, now) =>
    db.write(async (tx) => {
      const job = await held(tx, id, worker)
      if (!job) return false
      if (!job.version_id) {
        await putDerivation(tx, job, result, now)
        await queueNext(tx, job, result.next, now)
      }
      await end(tx, job, { state: result.state === 'skipped' ? 'skipped' : 'done' }, now)
      return true
    }),

  fail: (id, worker, failure, now) =>
    db.write(async (tx) => {
      const job = await held(tx, id, worker)
      if (!job) return false
      const told = {
        error_code: failure.code,
        error_reason: failure.reason ?? null,
        error_message: failure.message,
      }
      if (failure.retryAt !== undefined) {
        const attempts = failure.isUncounted ? job.attempts - 1 : job.attempts
        await putBack(tx, job, { ...told, attempts, run_at: failure.retryAt }, now)
        return true
      }
      if (!job.version_id) await putDerivation(tx, job, failedResult(failure), now)
      await end(tx, job, { state: 'dead', ...told }, now)
      return true
    }),

  drop: (id, worker) =>
    db.write(async (tx) => {
      const job = await held(tx, id, worker)
      if (!job) return true
      if (await hasSubject(tx, job)) return false
      await tx.deleteFrom('jobs').where('id', '=', id).execute()
      return true
    }),

  async requeue(step, stepVersion, digest, now) {
    const only = digest ? sql`and b.digest = ${digest}` : sql``
    const { rows } = await sql<{ digest: string; bookId: string }>`
      select b.digest, min(c.book_id) as bookId
      from blobs b
      join versions v on v.blob_id = b.id
      join documents d on d.id = v.document_id
      join chapters c on c.id = d.chapter_id
      where b.state = 'live' ${only}
      group by b.digest`.execute(db.read)
    // Each content by itself is what counts, and the others who write need not wait for them all.
    for (let at = 0; at < rows.length; at += REQUEUED_TOGETHER) {
      await db.write(async (tx) => {
        for (const row of rows.slice(at, at + REQUEUED_TOGETHER)) {
          const job = { digest: row.digest, book_id: row.bookId, trace_id: 'reindex' }
          await queueNext(tx, job, [{ step, stepVersion, priority: 0 }], now)
        }
      })
    }
    return rows.length
  },

  prune: (kind, before, limit) =>
    db.write(async (tx) => {
      const { numAffectedRows } = await sql`
        delete from jobs where id in (
          select id from jobs j
          where state in ('done', 'skipped') and (version_id is null) = ${kind === 'steps' ? 1 : 0}
            and updated_at < ${before}
            and not exists (select 1 from jobs dead
              where dead.digest = j.digest and dead.state = 'dead')
            and not exists (select 1 from derivations x
              where x.digest = j.digest and x.state = 'failed')
          limit ${limit})`.execute(tx)
      return Number(numAffectedRows ?? 0)
    }),

  async oldestReadyMs(now) {
    const row = await db.read
      .selectFrom('jobs')
      .select((eb) => eb.fn.min('run_at').as('oldest'))
      .where('state', '=', 'queued')
      .where('step', '<>', 'preview') // nobody waits for pictures
      .where('run_at', '<=', now)
      .executeTakeFirst()
    return row?.oldest == null ? 0 : now - row.oldest
  },
})

const held = (tx: Tx, id: string, worker: string): Promise<JobTable | undefined> =>
  tx
    .selectFrom('jobs')
    .selectAll()
    .where('id', '=', id)
    .where('worker', '=', worker)
    .where('state', '=', 'running')
    .executeTakeFirst()

async function hasSubject(tx: Tx, job: JobTable): Promise<boolean> {
  const versions = tx.selectFrom('versions as v').select('v.id').limit(1)
  const query = job.version_id
    ? versions.where('v.id', '=', job.version_id)
    : versions.innerJoin('blobs as b', 'b.id', 'v.blob_id').where('b.digest', '=', job.digest)
  return (await query.executeTakeFirst()) !== undefined
}

async function putDerivation(tx: Tx, job: JobTable, result: StepResult, now: number) {
  const key = { digest: job.digest, step: job.step }
  await tx
    .deleteFrom('derivations')
    .where('digest', '=', key.digest)
    .where('step', '=', key.step)
    .execute()
  await tx
    .insertInto('derivations')
    .values({
      ...key,
      step_version: job.step_version,
      state: result.state,
      coverage: result.coverage ? JSON.stringify(result.coverage) : null,
      facts: JSON.stringify(result.facts),
      blob_id: result.blobId ?? null,
      reason: result.reason ?? null,
      message: result.message ?? null,
      duration_ms: now - (job.started_at ?? now),
      finished_at: now,
    })
    .execute()
}

const failedResult = (failure: Failure): StepResult => ({
  state: 'failed',
  facts: {},
  reason: failure.reason ?? failure.code,
  message: failure.message,
  next: [],
})

async function queueNext(
  tx: Tx,
  job: Pick<JobTable, 'digest' | 'book_id' | 'trace_id'>,
  next: StepResult['next'],
  now: number,
): Promise<void> {
  for (const { step, stepVersion, priority } of next) {
    await forgetDead(tx, job.digest, step)
    await tx
      .insertInto('jobs')
      .values({
        id: newId(now),
        step,
        step_version: stepVersion,
        digest: job.digest,
        version_id: null,
        book_id: job.book_id,
        priority,
        state: 'queued',
        run_at: now,
        trace_id: job.trace_id,
        created_at: now,
        updated_at: now,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
  await haveTurn(tx, job.book_id)
}

const forgetDead = (tx: Tx, digest: string, step: Step) =>
  tx
    .deleteFrom('jobs')
    .where('digest', '=', digest)
    .where('step', '=', step)
    .where('version_id', 'is', null)
    .where('state', '=', 'dead')
    .execute()

async function end(
  tx: Tx,
  job: JobTable,
  change: { state: 'done' | 'skipped' | 'dead' } & Updateable<Schema['jobs']>,
  now: number,
): Promise<void> {
  const ended = { lease_until: null, worker: null, progress: 1, updated_at: now }
  const row = await tx
    .updateTable('jobs')
    .set({ ...ended, ...change })
    .where('id', '=', job.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  if (!job.version_id && !(await hasWorkLeft(tx, job.digest))) await release(tx, job.digest, now)
  await tell(tx, row, now)
}

/** The content is understood as far as it goes: its pointers may become findable. */
const release = (tx: Tx, digest: string, now: number) =>
  tx
    .updateTable('jobs')
    .set({ state: 'queued', run_at: now, updated_at: now })
    .where('digest', '=', digest)
    .where('state', '=', 'blocked')
    .execute()

async function putBack(tx: Tx, job: JobTable, change: Updateable<Schema['jobs']>, now: number) {
  const row = await tx
    .updateTable('jobs')
    .set({ ...change, state: 'queued', worker: null, lease_until: null, updated_at: now })
    .where('id', '=', job.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await tell(tx, row, now)
}

/** Tells every chapter that points to the content. */
async function tell(tx: Tx, job: JobTable, now: number): Promise<void> {
  const { rows } = await sql<{ chapterId: string; documentId: string; jobId: string | null }>`
    select d.chapter_id as chapterId, d.id as documentId, l.id as jobId
    from blobs b
    join versions v on v.blob_id = b.id
    join documents d on d.id = v.document_id and d.current_version_id = v.id
    left join jobs l on l.version_id = v.id
    where b.digest = ${job.digest} and b.state = 'live'
    limit 50`.execute(tx)
  for (const row of rows) {
    const { step, state, progress } = job
    await writeEvent(tx, {
      kind: 'job',
      chapterId: row.chapterId,
      payload: { job_id: row.jobId, document_id: row.documentId, step, state, progress },
      at: now,
    })
  }
}

const toJob = (row: JobTable): Job => ({
  id: row.id,
  step: row.step as Step,
  digest: row.digest as Digest,
  stepVersion: row.step_version,
  ...(row.version_id && { versionId: row.version_id }),
  bookId: row.book_id,
  state: row.state,
  attempts: row.attempts,
  progress: row.progress,
  ...(row.error_code && { errorCode: row.error_code }),
  ...(row.error_reason && { errorReason: row.error_reason }),
  ...(row.error_message && { errorMessage: row.error_message }),
  traceId: row.trace_id,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})
