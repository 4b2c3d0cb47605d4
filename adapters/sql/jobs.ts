import { type RawBuilder, sql, type Updateable } from 'kysely'
import type { Digest } from '../../core/digest.ts'
import { BESIDE, type Job, type Step } from '../../core/model/job.ts'
import type { Failure, Jobs, StepResult } from '../../core/ports/index.ts'
import {
  beaten,
  begun,
  type Course,
  cutOff,
  parseCourse,
  type TryFailure,
  tried,
} from './course.ts'
import type { Database, Tx } from './database.ts'
import { begin, end, type JobTable, putBack, queueNext, tell } from './job-moves.ts'
import { nextId, nextReplay, takeTurn } from './job-turns.ts'
import { jobViews } from './job-views.ts'
import {
  beginReplay,
  dueReplays,
  isReadyReplay,
  isReplay,
  moveReplays,
  nextReplayAt,
  wakeReplays,
} from './replays.ts'
import type { Schema } from './schema.ts'
import { missing } from './told.ts'
import { forgetFailuresOf } from './try-again.ts'
import { forgetGivenUp, forgetUnits } from './units.ts'

/** Contents whose jobs are queued again in one transaction. */
const REQUEUED_TOGETHER = 200

/** The queue, as rows of the catalog. */
export const sqlJobs = (db: Database): Jobs => ({
  ...jobViews(db),

  async take(worker, steps, leaseMs, now, replays = 1) {
    // Looking first keeps idle workers from taking the write lock four times a second.
    const wanted = { steps, leaseMs, now, replays }
    if (!(await nextId(db.read, wanted))) return undefined
    return db.write(async (tx) => {
      const id = await nextId(tx, wanted)
      return id ? takeOne(tx, id, { worker, leaseMs, now }) : undefined
    })
  },

  async takeReplay(steps, now, replays) {
    const next = async (on: Database['read']) => {
      const id = await nextReplay(on, { steps, now, replays })
      return id && (await isReadyReplay(on, id)) ? id : undefined
    }
    if (!(await next(db.read))) return false
    return db.write(async (tx) => {
      const id = await next(tx)
      if (id) await takeOne(tx, id, { worker: '', leaseMs: 0, now })
      return id !== undefined
    })
  },

  async replay(now) {
    const isDue = await dueReplays(db.read, now).select('id').limit(1).executeTakeFirst()
    const ended = isDue ? await db.write((tx) => moveReplays(tx, now)) : 0
    const nextAt = await nextReplayAt(db.read)
    return { ended, ...(nextAt !== undefined && { nextAt }) }
  },

  async holders() {
    const rows = await db.read
      .selectFrom('jobs')
      .select('worker')
      .distinct()
      .where('state', '=', sql.lit('running'))
      .where('worker', 'is not', null)
      .execute()
    return rows.flatMap(({ worker }) => (worker === null ? [] : [worker]))
  },

  releaseHeld: (workers, now) =>
    db.write(async (tx) => Number((await letGo(tx, workers, now)).numUpdatedRows)),

  heartbeat: (id, worker, progress, leaseMs, now) =>
    db.write(async (tx) => {
      const job = await held(tx, id, worker)
      if (!job) return false
      const isNews = progress !== job.progress
      const course = beaten(parseCourse(job.course), now - (job.started_at ?? now), progress)
      await tx
        .updateTable('jobs')
        .set({ lease_until: now + leaseMs, progress, updated_at: now })
        .$if(isNews, (query) => query.set({ course: JSON.stringify(course) }))
        .where('id', '=', id)
        .execute()
      if (isNews) {
        await tell(tx, { ...job, progress }, now, 'progress')
        await wakeReplays(tx, job, now)
      }
      return true
    }),

  finish: (id, worker, result, now) =>
    db.write(async (tx) => {
      const job = await held(tx, id, worker)
      if (!job) return false
      if (!job.version_id) {
        await putDerivation(tx, job, result, now)
        await forgetUnits(tx, job)
        if (job.quiet && result.state !== 'failed') await forgetFailuresOf(tx, job)
        await queueNext(tx, job, result.next, now)
        await wakeReplays(tx, job, now)
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
        await putBack(tx, job, { ...told, ...triedOnce(job, failure, now) }, now)
        await wakeReplays(tx, job, now)
        return true
      }
      if (!job.version_id) {
        const isKept = await isBetterBefore(tx, job)
        if (!isKept) await putDerivation(tx, job, failedResult(failure), now)
        await queueNext(tx, job, failure.next ?? [], now)
        await wakeReplays(tx, job, now)
        if (isKept) {
          await end(tx, job, { state: 'done' }, now)
          return true
        }
      }
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

  async requeue(step, stepVersion, which, now) {
    const only = contentsFor(step, which)
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
          const owner = { book_id: row.bookId, trace_id: 'reindex', replay_id: null }
          const job = { digest: row.digest, ...owner }
          await forgetGivenUp(tx, { digest: row.digest, step })
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
      // Nobody waits for pictures, and an hour of sound takes what it takes.
      .where('step', 'not in', BESIDE)
      .where('is_heavy', '=', 0)
      .where('run_at', '<=', now)
      .executeTakeFirst()
    return row?.oldest == null ? 0 : now - row.oldest
  },
})

/** Steps that not every content has. */
const SOME_HAVE: readonly Step[] = ['ocr', 'speech', 'picture']

function contentsFor(step: Step, which: Digest | 'missing' | undefined): RawBuilder<unknown> {
  const hasIt = (state: RawBuilder<unknown>) =>
    sql`and exists (select 1 from derivations x
      where x.digest = b.digest and x.step = ${step} ${state})`
  if (which === 'missing') return hasIt(sql`and x.reason in (${missing})`)
  if (which !== undefined) return sql`and b.digest = ${which}`
  return SOME_HAVE.includes(step) ? hasIt(sql``) : sql``
}

/** Gives the next job to a worker; a replay to nobody. */
async function takeOne(
  tx: Tx,
  id: string,
  { worker, leaseMs, now }: { worker: string; leaseMs: number; now: number },
): Promise<Job> {
  const next = await jobOf(tx, id)
  await takeTurn(tx, next.book_id)
  if (!isReplay(next)) return toJob(await lease(tx, next, { worker, leaseMs, now }))
  const replay = await beginReplay(tx, id, now)
  if (!replay.waitingId) return { ...toJob(replay.row), replayUntil: replay.until }
  return toJob(await lease(tx, await jobOf(tx, replay.waitingId), { worker, leaseMs, now }))
}

const jobOf = (tx: Tx, id: string): Promise<JobTable> =>
  tx.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

const lease = (
  tx: Tx,
  job: JobTable,
  { worker, leaseMs, now }: { worker: string; leaseMs: number; now: number },
): Promise<JobTable> =>
  begin(tx, job.id, {
    now,
    worker,
    lease_until: now + leaseMs,
    course: JSON.stringify(
      job.state === 'running'
        ? cutOff(parseCourse(job.course), now - (job.started_at ?? now))
        : begun(parseCourse(job.course)),
    ),
  })

/** Ready to be taken, as by a worker that was silent for too long. */
const letGo = (tx: Tx, workers: readonly string[], now: number) =>
  tx
    .updateTable('jobs')
    .set({ lease_until: now - 1 })
    .where('state', '=', 'running')
    .where('worker', 'in', workers)
    .executeTakeFirst()

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

/** What a job that is put back remembers of the try. One that was not the file's fault is forgotten. */
function triedOnce(job: JobTable, failure: Failure, now: number): Updateable<Schema['jobs']> {
  const run_at = failure.retryAt ?? now
  if (failure.isUncounted) return { attempts: job.attempts - 1, run_at }
  const { code, reason = null, message } = failure
  const course = triedBy(job, now, { code, reason, message, waitMs: run_at - now })
  return { run_at, course: JSON.stringify(course) }
}

const triedBy = (job: JobTable, now: number, failure?: TryFailure) =>
  tried(parseCourse(job.course), now - (job.started_at ?? now), failure)

async function putDerivation(tx: Tx, job: JobTable, result: StepResult, now: number) {
  if (job.quiet && result.state === 'failed' && (await stateBefore(tx, job))) return
  const before = await tx
    .deleteFrom('derivations')
    .where('digest', '=', job.digest)
    .where('step', '=', job.step)
    .returning(['state', 'course'])
    .executeTakeFirst()
  // What is done again, for whatever reason, must not change how long the first time took.
  const isFirst = !before || before.state === 'failed'
  await tx
    .insertInto('derivations')
    .values({
      digest: job.digest,
      step: job.step,
      step_version: job.step_version,
      state: result.state,
      coverage: result.coverage ? JSON.stringify(result.coverage) : null,
      facts: JSON.stringify(result.facts),
      blob_id: result.blobId ?? null,
      reason: result.reason ?? null,
      message: result.message ?? null,
      next: JSON.stringify(result.next),
      course: isFirst ? JSON.stringify(courseOf(job, result, now)) : before.course,
      duration_ms: now - (job.started_at ?? now),
      finished_at: now,
    })
    .execute()
}

/** Whether a step that somebody had done again gave less than it gave before: that is what counts. */
async function isBetterBefore(tx: Tx, job: JobTable): Promise<boolean> {
  if (!job.quiet) return false
  const state = await stateBefore(tx, job)
  return state !== undefined && state !== 'failed'
}

/** What failed once more, for somebody else, failed when it did. */
async function stateBefore(tx: Tx, { digest, step }: JobTable): Promise<string | undefined> {
  const before = await tx
    .selectFrom('derivations')
    .select('state')
    .where('digest', '=', digest)
    .where('step', '=', step)
    .executeTakeFirst()
  return before?.state
}

/** A worker that was killed under a file that is read in the end was not killed by it. */
function courseOf(job: JobTable, { state }: StepResult, now: number): Course {
  const course = triedBy(job, now)
  return state === 'failed' ? course : course.filter(({ isCutOff }) => !isCutOff)
}

const failedResult = (failure: Failure): StepResult => ({
  state: 'failed',
  facts: {},
  reason: failure.reason ?? failure.code,
  message: failure.message,
  next: failure.next ?? [],
})

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
