import { sql } from 'kysely'
import type { Digest } from '../../core/digest.ts'
import { BESIDE, type Step } from '../../core/model/job.ts'
import { rowOf } from '../../core/pipeline/order.ts'
import type { Tx } from './database.ts'
import { type JobTable, queueNext } from './job-moves.ts'
import { beside, isTold, missing } from './told.ts'
import { askUnits } from './units.ts'

/**
 * A step that failed is done again for whoever asks, or brings the content anew, and for nobody else:
 * the work itself is quiet, and told by a replay of it, which only those follow who asked. All others
 * go on seeing the failure as it was, until the step has succeeded.
 */

/** A pointer whose content is to be tried again, by its `link` job. */
interface Asking {
  ownId: string
  digest: string
  now: number
  /** The step to do again; all that failed unless said. */
  wanted?: WantedStep
}

export interface WantedStep {
  step: Step
  /** Pages, or minutes, from 1: no others of it are done again. */
  units?: readonly number[]
  /** Some of these were read, though badly. */
  wasRead?: boolean
}

/** @returns false when nothing of the content has failed, or it is being worked on for all to see */
export async function tryAgain(tx: Tx, { ownId, digest, now, wanted }: Asking): Promise<boolean> {
  const link = await tx
    .selectFrom('jobs')
    .selectAll()
    .where('id', '=', ownId)
    .executeTakeFirstOrThrow()
  const versionId = link.version_id ?? ''
  const failed = wanted
    ? await unfinished(tx, { digest, versionId, ...wanted })
    : await failedSteps(tx, { digest, versionId })
  if (failed.length === 0 || (await isOpenlyWorkedOn(tx, digest))) return false
  const open = await openSteps(tx, link, failed)
  for (const each of failed) await startUnitsAnew(tx, { digest, ...each }, wanted?.units)
  await keepTold(tx, { link, versionId, failed })
  await reviveQuietly(tx, { digest, failed, by: link, now })
  await handOver(tx, { digest, from: versionId, but: versionId })
  await tx
    .deleteFrom('replayed_steps')
    .where('replay_id', '=', versionId)
    .where(
      'step',
      'in',
      failed.map(({ step }) => step),
    )
    .execute()
  await tx
    .updateTable('versions')
    .set({ replay_id: versionId })
    .where('id', '=', versionId)
    .execute()
  await tx
    .updateTable('jobs')
    .set({ ...FRESH, state: 'blocked', replay_id: versionId, run_at: now, updated_at: now })
    .where('id', '=', ownId)
    .execute()
  const steps = [...failed, ...open].map(({ step, step_version, priority }) => ({
    step,
    stepVersion: step_version,
    priority,
  }))
  await queueNext(tx, { ...link, replay_id: versionId, quiet: 0 }, steps, now)
  return true
}

/** Steps whose failure may have passed by itself, as when a program was missing, for a newcomer. */
export async function tryForNewcomer(
  tx: Tx,
  { digest, versionId, now }: { digest: string; versionId: string; now: number },
): Promise<void> {
  const { rows } = await sql<{ step: string }>`
    select step from derivations
    where digest = ${digest} and (reason = 'unavailable' or reason in (${missing}))`.execute(tx)
  if (rows.length === 0 || (await isOpenlyWorkedOn(tx, digest))) return
  const by = await tx
    .selectFrom('jobs')
    .select(['book_id', 'trace_id'])
    .where('version_id', '=', versionId)
    .executeTakeFirst()
  if (!by) return
  const failed: Failed[] = []
  for (const { step } of rows) {
    const own = await lastOf(tx, digest, step)
    if (own) failed.push(own)
  }
  await reviveQuietly(tx, { digest, failed, by, now })
}

/** What was replayed of a step that has succeeded since is over: it is told as it is. */
export const forgetFailuresOf = (tx: Tx, { digest, step }: Pick<JobTable, 'digest' | 'step'>) =>
  tx
    .deleteFrom('jobs')
    .where('digest', '=', digest)
    .where('step', '=', step)
    .where('version_id', 'is', null)
    .where('replay_id', 'is not', null)
    .where('state', '=', 'dead')
    .execute()

/** A version, and its content. What is not told of it yet is nothing that it could ask for. */
interface Asked {
  digest: string
  versionId: string
}

/** A step that has not read all of a content, for whatever reason that may pass. */
async function unfinished(
  tx: Tx,
  { digest, versionId, step, wasRead = false }: Asked & WantedStep,
): Promise<Failed[]> {
  const { rows } = await sql<{ id: string }>`
    select v.id from versions v where v.id = ${versionId} and ${isTold(step)} and (
      exists (
        select 1 from derivations where digest = ${digest} and step = ${step}
          and (state in ('failed', 'partial'${wasRead ? sql`, 'done'` : sql``}) or state = 'skipped' and reason in (${missing})))
      or exists (
        select 1 from jobs
        where digest = ${digest} and step = ${step} and version_id is null and replay_id is null
          and state = 'dead'))`.execute(tx)
  const found = rows.length > 0 && (await lastOf(tx, digest, step))
  return found ? [found] : []
}

interface Failed extends Pick<JobTable, 'step_version' | 'priority' | 'state'> {
  step: Step
}

const FRESH = {
  attempts: 0,
  course: '[]',
  error_code: null,
  error_reason: null,
  error_message: null,
}

async function failedSteps(tx: Tx, { digest, versionId }: Asked): Promise<Failed[]> {
  const { rows } = await sql<{ step: string }>`
    with failed as (
      select step from derivations
      where digest = ${digest} and state = 'failed' and step not in (${beside})
      union select step from jobs
      where digest = ${digest} and version_id is null and replay_id is null and state = 'dead')
    select x.step from failed x
    join versions v on v.id = ${versionId} and ${isTold(sql`x.step`)}`.execute(tx)
  const failed = []
  for (const { step } of rows) failed.push(await lastOf(tx, digest, step))
  return failed.filter((each) => each !== undefined)
}

/** What its pointer waits for besides: told by a replay of its own from now on, wherever it was. */
async function openSteps(
  tx: Tx,
  { digest, replay_id }: JobTable,
  failed: readonly Failed[],
): Promise<Pick<Failed, 'step' | 'step_version' | 'priority'>[]> {
  const rows = await tx
    .selectFrom('jobs')
    .select(['step', 'step_version', 'priority'])
    .where('digest', '=', digest)
    .where('version_id', 'is', null)
    .where('replay_id', 'is', replay_id)
    .where('quiet', '=', 0)
    .where('state', 'in', ['queued', 'running'])
    .orderBy('id')
    .$castTo<Pick<Failed, 'step' | 'step_version' | 'priority'>>()
    .execute()
  return rows.filter(({ step }) => !failed.some((each) => each.step === step))
}

/**
 * The newest job of a step, an open one of the content itself before all others; where there is none
 * any more, what it would be.
 */
async function lastOf(tx: Tx, digest: string, step: string): Promise<Failed | undefined> {
  const { rows } = await sql<Failed>`
    select step, step_version, priority,
      case when replay_id is null then state else 'done' end as state from jobs
    where digest = ${digest} and step = ${step} and version_id is null
    order by replay_id is not null, state not in ('queued', 'running'), id desc
    limit 1`.execute(tx)
  const row = rowOf(step as Step)
  const fresh = row && { step: row.step, priority: row.priority, state: 'done' as const }
  const last = rows[0] ?? fresh
  // What is done again is done as this version of the product does it.
  return last && { ...last, step_version: row?.version ?? rows[0]?.step_version ?? 1 }
}

/** What was read is kept; what was not is tried as if it never had been, or only some of it. */
async function startUnitsAnew(
  tx: Tx,
  { digest, step, step_version }: Failed & { digest: string },
  units: readonly number[] = [],
): Promise<void> {
  await tx
    .deleteFrom('step_units')
    .where('digest', '=', digest)
    .where('step', '=', step)
    .where('state', '<>', 'done')
    .execute()
  await askUnits(tx, { digest: digest as Digest, step, stepVersion: step_version }, units)
}

async function isOpenlyWorkedOn(tx: Tx, digest: string): Promise<boolean> {
  const open = await tx
    .selectFrom('jobs')
    .select('id')
    .where('digest', '=', digest)
    .where('version_id', 'is', null)
    .where('replay_id', 'is', null)
    .where('quiet', '=', 0)
    .where('step', 'not in', BESIDE)
    .where('state', 'in', ['queued', 'running'])
    .limit(1)
    .executeTakeFirst()
  return open !== undefined
}

/** Who asks is told of what was done before as he was, and of nothing else. */
async function keepTold(
  tx: Tx,
  { link, versionId, failed }: { link: JobTable; versionId: string; failed: readonly Failed[] },
): Promise<void> {
  const names = JSON.stringify(failed.map(({ step }) => step))
  await sql`
    insert into replayed_steps (replay_id, step, finished_at)
    select ${versionId}, x.step, coalesce(t.finished_at, x.finished_at)
    from derivations x
    join versions v on v.id = ${versionId}
    left join replayed_steps t on t.replay_id = v.replay_id and t.step = x.step
    where x.digest = ${link.digest} and x.step not in (select value from json_each(${names}))
      and ${isTold(sql`x.step`)}
    on conflict do nothing`.execute(tx)
}

/** The steps themselves, told to nobody; what is told of the failure goes to those who see it. */
async function reviveQuietly(
  tx: Tx,
  given: {
    digest: string
    failed: readonly Failed[]
    by: Pick<JobTable, 'book_id' | 'trace_id'> & Partial<Pick<JobTable, 'version_id'>>
    now: number
  },
): Promise<void> {
  const { digest, failed, by, now } = given
  await handOver(tx, { digest, from: null, but: by.version_id ?? '' })
  const { book_id, trace_id } = by
  for (const { step, step_version, priority, state } of failed) {
    if (state === 'queued' || state === 'running') continue
    const next = [{ step, stepVersion: step_version, priority }]
    await queueNext(tx, { digest, book_id, trace_id, replay_id: null, quiet: 1 }, next, now)
  }
}

/**
 * Gives a failure, with all who are told of it but one, to the first of them: it is that one's replay
 * from now on. `from` null is the content's own.
 */
async function handOver(
  tx: Tx,
  { digest, from, but }: { digest: string; from: string | null; but: string },
): Promise<void> {
  const group = sql`v.replay_id is ${from} and v.id <> ${but}
    and v.blob_id in (select id from blobs where digest = ${digest})`
  const steps = sql`digest = ${digest} and version_id is null and replay_id is ${from}
    and (${from} is not null or state = 'dead')`
  const { rows } = await sql<{ id: string }>`
    select v.id from versions v where ${group} order by v.id limit 1`.execute(tx)
  const heir = rows[0]?.id
  if (heir === undefined) {
    await sql`delete from jobs where ${steps}`.execute(tx)
    return
  }
  await (from === null
    ? sql`insert into replayed_steps (replay_id, step, finished_at)
        select ${heir}, step, finished_at from derivations where digest = ${digest}
        on conflict do nothing`
    : sql`insert into replayed_steps (replay_id, step, finished_at)
        select ${heir}, step, finished_at from replayed_steps where replay_id = ${from}
        on conflict do nothing`
  ).execute(tx)
  await sql`update versions as v set replay_id = ${heir} where ${group}`.execute(tx)
  await sql`update jobs set replay_id = ${heir} where ${steps}`.execute(tx)
  await sql`update jobs set replay_id = ${heir}
    where digest = ${digest} and version_id is not null and version_id <> ${but}
      and replay_id is ${from}`.execute(tx)
}
