import { type Selectable, sql, type Updateable } from 'kysely'
import { newId } from '../../core/ids.ts'
import type { Step } from '../../core/model/job.ts'
import { priorityFor } from '../../core/pipeline/order.ts'
import type { StepResult } from '../../core/ports/index.ts'
import type { Tx } from './database.ts'
import { hasWorkLeft, haveTurn, sizeOf } from './queue-first.ts'
import { writeEvent } from './record.ts'
import type { Schema } from './schema.ts'
import { isReplayOver } from './told.ts'

export type JobTable = Selectable<Schema['jobs']>

/** A job of the steps on a content, or of their replay for one version. */
type Owner = Pick<JobTable, 'digest' | 'book_id' | 'trace_id' | 'replay_id'> &
  Partial<Pick<JobTable, 'quiet'>>

/** Puts a job into a worker's hands; the attempt is counted before the work. */
export async function begin(
  tx: Tx,
  id: string,
  change: Updateable<Schema['jobs']> & { now: number },
): Promise<JobTable> {
  const { now, ...held } = change
  const row = await tx
    .updateTable('jobs')
    .set((eb) => ({
      state: 'running',
      started_at: now,
      attempts: eb('attempts', '+', 1),
      progress: 0,
      updated_at: now,
      ...held,
    }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await tell(tx, row, now)
  return row
}

/** Queues the steps that follow, in the same hands: of the content, or of the same replay. */
export async function queueNext(
  tx: Tx,
  job: Owner,
  next: StepResult['next'],
  now: number,
): Promise<void> {
  const sizeBytes = next.length > 0 ? await sizeOf(tx, job.digest) : 0
  for (const { step, stepVersion, priority } of next) {
    if (!job.quiet) await forgetDead(tx, job, step)
    await tx
      .insertInto('jobs')
      .values({
        id: newId(now),
        step,
        step_version: stepVersion,
        digest: job.digest,
        version_id: null,
        replay_id: job.replay_id,
        quiet: job.quiet ?? 0,
        book_id: job.book_id,
        priority: priorityFor(priority, sizeBytes),
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

/** When the work itself is done again, what was told of it elsewhere is over, too. */
const forgetDead = (tx: Tx, { digest, replay_id }: Owner, step: Step) =>
  tx
    .deleteFrom('jobs')
    .where('digest', '=', digest)
    .where('step', '=', step)
    .where('version_id', 'is', null)
    .where('state', '=', 'dead')
    .$if(replay_id !== null, (query) => query.where('replay_id', '=', replay_id))
    .execute()

/** Ends a job, and frees the pointers that wait for it as the last step. */
export async function end(
  tx: Tx,
  job: JobTable,
  change: { state: 'done' | 'skipped' | 'dead' } & Updateable<Schema['jobs']>,
  now: number,
): Promise<void> {
  const ended = { lease_until: null, worker: null, progress: 1, quiet: 0, updated_at: now }
  const row = await tx
    .updateTable('jobs')
    .set({ ...ended, ...change })
    .where('id', '=', job.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  if (!job.version_id && !(await hasWorkLeft(tx, job))) await release(tx, job, now)
  await tell(tx, { ...row, quiet: job.quiet }, now)
}

/** All is understood that can be: the pointers may become findable. */
export const release = (
  tx: Tx,
  { digest, replay_id }: Omit<Owner, 'book_id' | 'trace_id'>,
  now: number,
) =>
  tx
    .updateTable('jobs')
    .set({ state: 'queued', run_at: now, updated_at: now })
    .where('digest', '=', digest)
    .where('replay_id', 'is', replay_id)
    .where('version_id', 'is not', null)
    .where('state', '=', 'blocked')
    .execute()

export async function putBack(
  tx: Tx,
  job: JobTable,
  change: Updateable<Schema['jobs']>,
  now: number,
): Promise<void> {
  const row = await tx
    .updateTable('jobs')
    .set({ ...change, state: 'queued', worker: null, lease_until: null, updated_at: now })
    .where('id', '=', job.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await tell(tx, row, now)
}

/** Pointers that are told how far a step has come; where it ends is told to all of them. */
const TOLD_OF_PROGRESS = 50

/**
 * Tells the chapters whose pointers the job is for, and nobody else: of every move each one, of mere
 * progress the oldest few, as it is told again and again.
 */
export async function tell(
  tx: Tx,
  job: JobTable,
  now: number,
  about: 'move' | 'progress' = 'move',
): Promise<void> {
  if (job.quiet) return
  const most = about === 'progress' ? TOLD_OF_PROGRESS : -1
  const { rows } = await sql<{ chapterId: string; documentId: string; jobId: string | null }>`
    select d.chapter_id as chapterId, d.id as documentId, l.id as jobId
    from blobs b
    join versions v on v.blob_id = b.id
    join documents d on d.id = v.document_id and d.current_version_id = v.id
    left join jobs l on l.version_id = v.id
    where b.digest = ${job.digest} and b.state = 'live' and ${concerns(job)}
    order by v.id limit ${most}`.execute(tx)
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

function concerns(job: JobTable) {
  if (job.version_id) return sql<boolean>`v.id = ${job.version_id}`
  if (job.replay_id) return sql<boolean>`v.replay_id = ${job.replay_id}`
  return sql<boolean>`(v.replay_id is null or ${isReplayOver})`
}
