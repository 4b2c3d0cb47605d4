import type { Digest } from '../../core/digest.ts'
import { newId } from '../../core/ids.ts'
import { FIRST_STEP, LINK_STEP } from '../../core/pipeline/order.ts'
import type { Tx } from './database.ts'

/** A new pointer, as its own job needs to know it. */
export interface NewPointer {
  versionId: string
  /** Id of the version's own job: the one its sender is told. */
  jobId: string
  chapterId: string
  digest: Digest
  traceId: string
  now: number
}

/**
 * Queues the `link` job of a new pointer, in the pointer's transaction. It is blocked until
 * `startContent` is told that its content is settled: the same rows are written, and none is looked
 * at, whether the box knows the content or not.
 */
export async function queueLink(tx: Tx, input: NewPointer): Promise<void> {
  const { book_id } = await tx
    .selectFrom('chapters')
    .select('book_id')
    .where('id', '=', input.chapterId)
    .executeTakeFirstOrThrow()
  await tx
    .insertInto('jobs')
    .values({
      id: input.jobId,
      step: LINK_STEP.step,
      step_version: LINK_STEP.version,
      digest: input.digest,
      version_id: input.versionId,
      book_id,
      priority: LINK_STEP.priority,
      state: 'blocked',
      run_at: input.now,
      trace_id: input.traceId,
      created_at: input.now,
      updated_at: input.now,
    })
    .execute()
  await haveTurn(tx, book_id)
}

/** Pointers to a live content whose `link` jobs were queued before, and wait. */
export interface SettledPointers {
  digest: Digest
  /** At least one. */
  versionIds: readonly string[]
  now: number
}

/**
 * Begins what follows pointers whose content is settled: the content's first step unless the content
 * is understood, or being understood, already; where nothing of it is left to do, their `link` jobs.
 *
 * @returns whether the first step was queued by this call: the content was new
 */
export async function startContent(
  tx: Tx,
  { digest, versionIds, now }: SettledPointers,
): Promise<boolean> {
  const isNew = await isUnknown(tx, digest)
  if (isNew) await queueFirstStep(tx, { digest, versionId: versionIds[0] ?? '', now })
  if (!(await hasWorkLeft(tx, digest))) {
    await tx
      .updateTable('jobs')
      .set({ state: 'queued', run_at: now, updated_at: now })
      .where('version_id', 'in', versionIds)
      .where('state', '=', 'blocked')
      .execute()
  }
  return isNew
}

/** In the name of the pointer that brought the content. */
async function queueFirstStep(
  tx: Tx,
  { digest, versionId, now }: { digest: Digest; versionId: string; now: number },
): Promise<void> {
  const { book_id, trace_id } = await tx
    .selectFrom('jobs')
    .select(['book_id', 'trace_id'])
    .where('version_id', '=', versionId)
    .executeTakeFirstOrThrow()
  await tx
    .insertInto('jobs')
    .values({
      id: newId(now),
      step: FIRST_STEP.step,
      step_version: FIRST_STEP.version,
      digest,
      version_id: null,
      book_id,
      priority: FIRST_STEP.priority,
      state: 'queued',
      run_at: now,
      trace_id,
      created_at: now,
      updated_at: now,
    })
    .execute()
  await haveTurn(tx, book_id)
}

/** Puts the book into the round of turns; a new one is served next. */
export const haveTurn = (tx: Tx, bookId: string) =>
  tx
    .insertInto('job_turns')
    .values({ book_id: bookId, served_at: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute()

async function isUnknown(tx: Tx, digest: Digest): Promise<boolean> {
  const derived = await tx
    .selectFrom('derivations')
    .select('digest')
    .where('digest', '=', digest)
    .limit(1)
    .executeTakeFirst()
  return !derived && !(await hasWorkLeft(tx, digest, true))
}

/**
 * Whether a step of the content itself is still to come; a dead one is not: it is over until
 * retried. `includeDead` asks for jobs in any open state.
 */
export async function hasWorkLeft(tx: Tx, digest: string, includeDead = false): Promise<boolean> {
  const states = includeDead
    ? (['queued', 'running', 'blocked', 'dead'] as const)
    : (['queued', 'running', 'blocked'] as const)
  const open = await tx
    .selectFrom('jobs')
    .select('id')
    .where('digest', '=', digest)
    .where('version_id', 'is', null)
    .where('step', '<>', 'preview') // a picture may come later than the words
    .where('state', 'in', [...states])
    .limit(1)
    .executeTakeFirst()
  return open !== undefined
}

/** Gives the dead jobs of a content another life: what they failed of is over. */
export const reviveDead = (tx: Tx, { digest, now }: { digest: string; now: number }) =>
  tx
    .updateTable('jobs')
    .set({
      state: 'queued',
      attempts: 0,
      run_at: now,
      updated_at: now,
      error_code: null,
      error_reason: null,
      error_message: null,
    })
    .where('digest', '=', digest)
    .where('state', '=', 'dead')
    .execute()
