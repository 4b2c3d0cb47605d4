import { sql } from 'kysely'
import type { Digest } from '../../core/digest.ts'
import { STEPS, type Step } from '../../core/model/job.ts'
import type { DerivationRow, Derivations } from '../../core/ports/index.ts'
import type { Database } from './database.ts'

/** Results of steps, and steps still under way, per content. */
export const sqlDerivations = (db: Database): Derivations => ({
  async get(digest, step) {
    const rows = await derived(db, [digest])
    return rows.find((row) => row.step === step)
  },

  of: (digest) => stepsOf(db, [digest]),
})

/** All steps of some contents, those waiting or working included, each content's in pipeline order. */
export async function stepsOf(db: Database, digests: readonly string[]): Promise<DerivationRow[]> {
  const rows = [...(await derived(db, digests)), ...(await underWay(db, digests))]
  const latest = new Map(rows.map((row) => [`${row.digest} ${row.step}`, row]))
  return [...latest.values()].sort((a, b) => STEPS.indexOf(a.step) - STEPS.indexOf(b.step))
}

async function derived(db: Database, digests: readonly string[]): Promise<DerivationRow[]> {
  if (digests.length === 0) return []
  const rows = await db.read
    .selectFrom('derivations as d')
    .leftJoin('blobs as b', 'b.id', 'd.blob_id')
    .selectAll('d')
    .select('b.path as blob_path')
    .where('d.digest', 'in', [...digests])
    .execute()
  return rows.map((row) => ({
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
  }))
}

async function underWay(db: Database, digests: readonly string[]): Promise<DerivationRow[]> {
  if (digests.length === 0) return []
  const rows = await db.read
    .selectFrom('jobs')
    .select(['digest', 'step', 'step_version', 'state', 'error_reason', 'error_message'])
    .select(sql<number>`coalesce(updated_at - started_at, 0)`.as('duration_ms'))
    .where('digest', 'in', [...digests])
    .where('version_id', 'is', null)
    .where('state', 'in', ['queued', 'running'])
    .execute()
  return rows.map((row) => ({
    digest: row.digest as Digest,
    step: row.step as Step,
    stepVersion: row.step_version,
    state: row.state === 'running' ? ('working' as const) : ('waiting' as const),
    facts: {},
    ...(row.error_reason !== null && { reason: row.error_reason }),
    ...(row.error_message !== null && { message: row.error_message }),
    durationMs: row.duration_ms,
  }))
}
