import { sql } from 'kysely'
import type { StepResult } from '../../core/ports/index.ts'
import { begun, type Course, nextBeatMs, parseCourse, shareAt, type Try } from './course.ts'
import type { Database, Tx } from './database.ts'
import { begin, end, type JobTable, putBack, queueNext, tell } from './job-moves.ts'

/**
 * A step is replayed for a pointer whose content others brought before: a row in the queue like any
 * other, which a worker takes in its turn, and which then only lasts as long as the step lasted when
 * it was done. What people see of it, and when, is what they see of a step on a new content.
 *
 * What is not done yet is waited for: the step itself is done in the replay's turn when that comes
 * first, and a replay ends at no time before it.
 */

/** How soon a replay is looked at again that nothing wakes. */
const RECHECK_MS = 60_000
/** Replays that are moved on in one transaction: others want to write, too. */
const MOVED_TOGETHER = 50

/** A job that stands for a step on its content, and needs no work. */
export const isReplay = (job: Pick<JobTable, 'version_id' | 'replay_id'>): boolean =>
  job.version_id === null && job.replay_id !== null

/**
 * Begins a replay whose turn has come, beside what the lanes work on.
 *
 * @returns when it is to be looked at, and the id of the step's own job where that waits to be done
 */
export async function beginReplay(
  tx: Tx,
  id: string,
  now: number,
): Promise<{ row: JobTable; until: number; waitingId?: string }> {
  const row = await begin(tx, id, { now, worker: null })
  const source = await sourceOf(tx, row)
  const until = wakeAt(row, source, now)
  await tx.updateTable('jobs').set({ lease_until: until }).where('id', '=', id).execute()
  return {
    row,
    until,
    ...(source.waitingSince !== undefined &&
      source.waitingSince <= now && { waitingId: source.jobId }),
  }
}

/** Whether a job is a replay that would begin at once, its step being done or under way. */
export async function isReadyReplay(db: Database['read'], id: string): Promise<boolean> {
  const job = await db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst()
  return job !== undefined && isReplay(job) && !(await sourceOf(db, job)).waitingSince
}

/** Moves on the replays that have come to where the step was by then; says how many ended. */
export async function moveReplays(tx: Tx, now: number): Promise<number> {
  const due = await dueReplays(tx, now)
    .selectAll()
    .orderBy('lease_until')
    .limit(MOVED_TOGETHER)
    .execute()
  let ended = 0
  for (const row of due) if (await moveOn(tx, row, now)) ended++
  return ended
}

/** One that began later than now was begun by a clock that was set back since. */
export const dueReplays = (db: Database['read'], now: number) =>
  running(db).where((is) => is.or([is('lease_until', '<=', now), is('started_at', '>', now)]))

/** When the next replay is to be looked at. */
export async function nextReplayAt(db: Database['read']): Promise<number | undefined> {
  const row = await running(db)
    .select((eb) => eb.fn.min('lease_until').as('at'))
    .executeTakeFirst()
  return row?.at ?? undefined
}

const running = (db: Database['read']) =>
  db
    .selectFrom('jobs')
    .where('state', '=', sql.lit('running'))
    .where('version_id', 'is', null)
    .where('replay_id', 'is not', null)

/** The step's result or progress changed: whoever replays it looks again. */
export const wakeReplays = (tx: Tx, { digest, step }: JobTable, now: number) =>
  tx
    .updateTable('jobs')
    .set({ lease_until: now })
    .where('digest', '=', digest)
    .where('step', '=', step)
    .where('state', '=', 'running')
    .where('version_id', 'is', null)
    .where('replay_id', 'is not', null)
    .where('lease_until', '>', now)
    .execute()

async function moveOn(tx: Tx, job: JobTable, now: number): Promise<boolean> {
  const row = { ...job, started_at: Math.min(job.started_at ?? now, now) }
  const source = await sourceOf(tx, row)
  const current = tryOf(source, row.attempts)
  const elapsed = now - row.started_at
  if (current?.ms === undefined ? !source.isEnded : elapsed < current.ms) {
    await showProgress(tx, row, { source, now })
    return false
  }
  if (current?.isCutOff) {
    await putBack(tx, row, { run_at: now }, now)
    return true
  }
  if (current?.failure) {
    const { code, reason, message, waitMs } = current.failure
    const told = { error_code: code, error_reason: reason, error_message: message }
    await putBack(tx, row, { ...told, run_at: now + waitMs }, now)
    return true
  }
  await tx
    .insertInto('replayed_steps')
    .values({ replay_id: row.replay_id ?? '', step: row.step, finished_at: now })
    .onConflict((conflict) => conflict.doUpdateSet({ finished_at: now }))
    .execute()
  await queueNext(tx, row, source.next, now)
  await end(tx, row, source.outcome, now)
  return true
}

async function showProgress(
  tx: Tx,
  row: JobTable & { started_at: number },
  { source, now }: { source: Source; now: number },
): Promise<void> {
  const current = tryOf(source, row.attempts)
  const progress = current ? shareAt(current, now - row.started_at) : 0
  const changed = progress === row.progress ? {} : { progress, updated_at: now }
  const { started_at } = row
  await tx
    .updateTable('jobs')
    .set({ ...changed, started_at, lease_until: wakeAt(row, source, now) })
    .where('id', '=', row.id)
    .execute()
  if (progress !== row.progress) await tell(tx, { ...row, progress }, now, 'progress')
}

function wakeAt(row: JobTable, source: Source, now: number): number {
  const startedAt = row.started_at ?? now
  const current = tryOf(source, row.attempts)
  const beat = current && nextBeatMs(current, now - startedAt)
  if (beat !== undefined) return startedAt + beat
  return source.isEnded ? now : now + RECHECK_MS
}

/** What a replay tells: how the step goes or went, and what became of it. */
interface Source {
  course: Course
  isEnded: boolean
  next: StepResult['next']
  outcome: Parameters<typeof end>[2]
  jobId: string
  /** Set while the step's own job waits to be done: since when it may. */
  waitingSince?: number
}

/** Tries are replayed one by one; more than are known take what the last one took. */
function tryOf({ course, isEnded }: Source, attempts: number): Try | undefined {
  return course[isEnded ? Math.min(attempts, course.length) - 1 : attempts - 1]
}

async function sourceOf(tx: Database['read'], { digest, step }: JobTable): Promise<Source> {
  const result = await tx
    .selectFrom('derivations')
    .selectAll()
    .where('digest', '=', digest)
    .where('step', '=', step)
    .executeTakeFirst()
  const open = await tx
    .selectFrom('jobs')
    .selectAll()
    .where('digest', '=', digest)
    .where('step', '=', step)
    .where('version_id', 'is', null)
    .where('replay_id', 'is', null)
    .where('state', 'in', ['queued', 'running', 'dead'])
    .executeTakeFirst()
  // A step that is done again, to have it better, was done all the same; but after an upgrade that
  // changes what follows it, a new content would take the new way, and so does who brings this one.
  const isOther =
    result !== undefined && open !== undefined && open.step_version > result.step_version
  const isAwaited = !result || result.state === 'failed' || open?.quiet || isOther
  if (open && open.state !== 'dead' && isAwaited) {
    return {
      course: open.state === 'running' ? parseCourse(open.course) : begun(parseCourse(open.course)),
      isEnded: false,
      next: [],
      outcome: { state: 'done' },
      jobId: open.id,
      ...(open.state === 'queued' && { waitingSince: open.run_at }),
    }
  }
  return {
    course: result ? parseCourse(result.course) : [],
    isEnded: true,
    next: result ? (JSON.parse(result.next) as StepResult['next']) : [],
    outcome: outcomeOf(result?.state, open),
    jobId: open?.id ?? '',
  }
}

function outcomeOf(
  state: string | undefined,
  dead: JobTable | undefined,
): Parameters<typeof end>[2] {
  if (!dead) return { state: state === 'skipped' ? 'skipped' : 'done' }
  const { error_code, error_reason, error_message } = dead
  return { state: 'dead', error_code, error_reason, error_message }
}
