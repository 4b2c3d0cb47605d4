import { sql } from 'kysely'
import type { Digest } from '../../core/digest.ts'
import { STEPS, type Step } from '../../core/model/job.ts'
import type { DerivationRow, Derivations } from '../../core/ports/index.ts'
import { parseCourse } from './course.ts'
import type { Database } from './database.ts'
import type { Schema } from './schema.ts'
import { isItsWork, isReplayOver } from './told.ts'

/** Results of steps, and steps still under way, per content. */
export const sqlDerivations = (db: Database): Derivations => ({
  async get(digest, step) {
    const row = await db.read
      .selectFrom('derivations as d')
      .leftJoin('blobs as b', 'b.id', 'd.blob_id')
      .selectAll('d')
      .select('b.path as blob_path')
      .where('d.digest', '=', digest)
      .where('d.step', '=', step)
      .executeTakeFirst()
    return row && toDerivation(row)
  },

  shown: async (versionId) => (await shownSteps(db, [versionId])).get(versionId) ?? [],

  shownOf: (versionIds) => shownSteps(db, versionIds),
})

/**
 * All steps on the contents of some versions, those waiting or working included, each version's in
 * pipeline order: as its own replay tells them, where it has one.
 */
export async function shownSteps(
  db: Database,
  versionIds: readonly string[],
): Promise<Map<string, DerivationRow[]>> {
  const ids = JSON.stringify(versionIds)
  const shown = new Map<string, Map<Step, DerivationRow>>(versionIds.map((id) => [id, new Map()]))
  for (const { versionId, step } of [...(await derived(db, ids)), ...(await underWay(db, ids))]) {
    shown.get(versionId)?.set(step.step, step)
  }
  const inOrder = (steps: Map<Step, DerivationRow>) =>
    [...steps.values()].sort((a, b) => STEPS.indexOf(a.step) - STEPS.indexOf(b.step))
  return new Map([...shown].map(([id, steps]) => [id, inOrder(steps)]))
}

interface Shown {
  versionId: string
  step: DerivationRow
}

type DerivationTable = Omit<Schema['derivations'], 'next' | 'course'> & {
  course: string
  blob_path: string | null
}

async function derived(db: Database, versionIds: string): Promise<Shown[]> {
  const { rows } = await sql<DerivationTable & { version_id: string; told_at: number | null }>`
    select v.id as version_id, x.*, p.path as blob_path,
      max(v.created_at, coalesce(t.finished_at, x.finished_at)) as told_at
    from json_each(${versionIds}) i
    cross join versions v on v.id = i.value
    join blobs b on b.id = v.blob_id
    join derivations x on x.digest = b.digest
    left join replayed_steps t on t.replay_id = v.replay_id and t.step = x.step
    left join blobs p on p.id = x.blob_id
    where v.replay_id is null or t.step is not null or ${isReplayOver}`.execute(db.read)
  return rows.map((row) => ({ versionId: row.version_id, step: toldStep(row) }))
}

/** What was done again since counts as it is; else its first time is when it is told to have been. */
function toldStep(row: DerivationTable & { told_at: number | null }): DerivationRow {
  const step = toDerivation(row)
  if (row.told_at === null || row.told_at <= row.finished_at) return step
  const durationMs = parseCourse(row.course).at(-1)?.ms ?? row.duration_ms
  return { ...step, durationMs, finishedAt: row.told_at }
}

const toDerivation = (row: DerivationTable): DerivationRow => ({
  digest: row.digest as Digest,
  step: row.step as Step,
  stepVersion: row.step_version,
  state: row.state,
  ...(row.coverage && { coverage: JSON.parse(row.coverage) }),
  facts: JSON.parse(row.facts),
  ...(row.blob_id !== null && { blobId: row.blob_id }),
  ...(row.blob_path !== null && { blobPath: row.blob_path }),
  ...(row.reason !== null && { reason: row.reason }),
  ...(row.message !== null && { message: row.message }),
  durationMs: row.duration_ms,
  finishedAt: row.finished_at,
})

async function underWay(db: Database, versionIds: string): Promise<Shown[]> {
  const { rows } = await sql<{
    versionId: string
    digest: string
    step: string
    step_version: number
    state: string
    error_reason: string | null
    error_message: string | null
    durationMs: number
  }>`
    select v.id as versionId, k.digest, k.step, k.step_version, k.state, k.error_reason,
      k.error_message, coalesce(k.updated_at - k.started_at, 0) as durationMs
    from json_each(${versionIds}) i
    cross join versions v on v.id = i.value
    join blobs b on b.id = v.blob_id
    join jobs k on k.digest = b.digest and k.state in ('queued', 'running') and ${isItsWork}
    `.execute(db.read)
  return rows.map((row) => ({
    versionId: row.versionId,
    step: {
      digest: row.digest as Digest,
      step: row.step as Step,
      stepVersion: row.step_version,
      state: row.state === 'running' ? ('working' as const) : ('waiting' as const),
      facts: {},
      ...(row.error_reason !== null && { reason: row.error_reason }),
      ...(row.error_message !== null && { message: row.error_message }),
      durationMs: row.durationMs,
    },
  }))
}
