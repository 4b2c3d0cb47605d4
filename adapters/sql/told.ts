import { type RawBuilder, sql } from 'kysely'
import { BESIDE, NOT_AVAILABLE, type Step } from '../../core/model/job.ts'

/** Steps that nobody waits for, and whose failure is not the file's. */
export const beside = sql.join(BESIDE.map((step) => sql.lit(step)))

/** Reasons that a program or model is missing. */
export const missing = sql.join(NOT_AVAILABLE.map((reason) => sql.lit(reason)))

/**
 * Whether all that is replayed for version `v` has been told. From then on, what happens to its
 * content is told of it as of any other.
 */
export const isReplayOver = sql<boolean>`
  (v.linked_at is not null and not exists (
    select 1 from jobs o
    where o.replay_id = v.replay_id and o.version_id is null and o.state in ('queued', 'running')))`

/** Whether those who see version `v` may know what became of a step on its content. */
export const isTold = (step: Step | RawBuilder<unknown>) => sql<boolean>`
  (v.replay_id is null
    or exists (select 1 from replayed_steps t where t.replay_id = v.replay_id and t.step = ${step})
    or ${isReplayOver})`

/** Whether a step's job `k` is told of version `v`: its own, and when that is over, the content's. */
export const isItsWork = sql<boolean>`
  (k.version_id is null and k.quiet = 0
    and (k.replay_id is v.replay_id or k.replay_id is null and ${isReplayOver}))`
