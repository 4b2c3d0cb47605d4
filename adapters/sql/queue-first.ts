import type { Digest } from '../../core/digest.ts'
import { newId } from '../../core/ids.ts'
import { FIRST_STEP, LINK_STEP } from '../../core/pipeline/order.ts'
import type { Tx } from './database.ts'

/** What the first jobs of a new version need. */
export interface FirstJobs {
  versionId: string
  /** Id of the version's own job: the one its sender is told. */
  jobId: string
  documentId: string
  chapterId: string
  digest: Digest
  traceId: string
  now: number
}

/**
 * Queues what follows a new pointer, in its transaction: its `link` job, and the content's first
 * step unless the content is understood, or being understood, already.
 */
export async function queueFirstJobs(tx: Tx, input: FirstJobs): Promise<void> {
  const { book_id } = await tx
    .selectFrom('chapters')
    .select('book_id')
    .where('id', '=', input.chapterId)
    .executeTakeFirstOrThrow()
  const isNew = await isUnknown(tx, input.digest)
  const common = {
    digest: input.digest,
    book_id,
    run_at: input.now,
    trace_id: input.traceId,
    created_at: input.now,
    updated_at: input.now,
  }
  if (isNew) {
    await tx
      .insertInto('jobs')
      .values({
        ...common,
        id: newId(input.now),
        step: FIRST_STEP.step,
        step_version: FIRST_STEP.version,
        version_id: null,
        priority: FIRST_STEP.priority,
        state: 'queued',
      })
      .execute()
  }
  await tx
    .insertInto('jobs')
    .values({
      ...common,
      id: input.jobId,
      step: LINK_STEP.step,
      step_version: LINK_STEP.version,
      version_id: input.versionId,
      priority: LINK_STEP.priority,
      state: (await hasWorkLeft(tx, input.digest)) ? 'blocked' : 'queued',
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
