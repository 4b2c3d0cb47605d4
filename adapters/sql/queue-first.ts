import type { Digest } from '../../core/digest.ts'
import { notFound } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import { BESIDE } from '../../core/model/job.ts'
import { FIRST_STEP, LINK_STEP, priorityFor } from '../../core/pipeline/order.ts'
import type { Tx } from './database.ts'
import { prepared } from './prepared.ts'

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
 * at, whether the box knows the content or not. Until then the pointer waits for a replay of its own
 * that has not begun, so that nothing of the content is told of it.
 */
export async function queueLink(tx: Tx, input: NewPointer): Promise<void> {
  const chapter = await bookOf.first(tx, input)
  if (!chapter) throw notFound()
  const { book_id } = chapter
  await insertLink.run(tx, { ...input, book_id })
  await waitForOwn.run(tx, input)
  await haveTurn(tx, book_id)
}

const bookOf = prepared((db, given: { chapterId: string }) =>
  db.selectFrom('chapters').select('book_id').where('id', '=', given.chapterId),
)

const insertLink = prepared((db, given: NewPointer & { book_id: string }) =>
  db.insertInto('jobs').values({
    id: given.jobId,
    step: LINK_STEP.step,
    step_version: LINK_STEP.version,
    digest: given.digest,
    version_id: given.versionId,
    replay_id: given.versionId,
    book_id: given.book_id,
    priority: LINK_STEP.priority,
    state: 'blocked',
    run_at: given.now,
    trace_id: given.traceId,
    created_at: given.now,
    updated_at: given.now,
  }),
)

const waitForOwn = prepared((db, given: { versionId: string }) =>
  db.updateTable('versions').set({ replay_id: given.versionId }).where('id', '=', given.versionId),
)

/** Pointers to a live content whose `link` jobs were queued before, and wait. */
export interface SettledPointers {
  digest: Digest
  /** At least one. */
  versionIds: readonly [string, ...string[]]
  now: number
  /** A version of the same content that whoever made the pointers could read. */
  sourceVersionId?: string
}

/**
 * Begins what follows pointers whose content is settled. The first pointers to a content wait for
 * its steps; those that come later for a replay of them, which takes as long: who made them must not
 * learn that others have it. A pointer to what its maker could read waits for what the source did.
 *
 * @returns whether the first step was queued by this call: the content was new
 */
export async function startContent(tx: Tx, input: SettledPointers): Promise<boolean> {
  const { digest, versionIds, now, sourceVersionId } = input
  if (sourceVersionId !== undefined) {
    await joinSource(tx, input, sourceVersionId)
    return false
  }
  const isNew = await isUnknown(tx, digest)
  const replay_id = isNew ? null : versionIds[0]
  await follow(tx, versionIds, replay_id)
  await queueFirstStep(tx, { digest, versionId: versionIds[0], replay_id, now })
  return isNew
}

async function joinSource(
  tx: Tx,
  { digest, versionIds, now }: SettledPointers,
  sourceVersionId: string,
): Promise<void> {
  const { replay_id } = await tx
    .selectFrom('versions')
    .select('replay_id')
    .where('id', '=', sourceVersionId)
    .executeTakeFirstOrThrow()
  await follow(tx, versionIds, replay_id)
  if (await hasWorkLeft(tx, { digest, replay_id })) return
  await tx
    .updateTable('jobs')
    .set({ state: 'queued', run_at: now, updated_at: now })
    .where('version_id', 'in', versionIds)
    .where('state', '=', 'blocked')
    .execute()
}

/** Has pointers wait for the steps of a replay, or for those of the content itself. */
async function follow(
  tx: Tx,
  versionIds: readonly string[],
  replay_id: string | null,
): Promise<void> {
  for (const versionId of versionIds) {
    await followAs.run(tx, { versionId, replay_id })
    await linkAs.run(tx, { versionId, replay_id })
  }
}

const followAs = prepared((db, given: { versionId: string; replay_id: string | null }) =>
  db.updateTable('versions').set({ replay_id: given.replay_id }).where('id', '=', given.versionId),
)

const linkAs = prepared((db, given: { versionId: string; replay_id: string | null }) =>
  db
    .updateTable('jobs')
    .set({ replay_id: given.replay_id })
    .where('version_id', '=', given.versionId),
)

/** In the name of the pointer that brought the content. */
async function queueFirstStep(
  tx: Tx,
  first: { digest: Digest; versionId: string; replay_id: string | null; now: number },
): Promise<void> {
  const { digest, versionId, replay_id, now } = first
  const job = await jobOf.first(tx, { versionId })
  if (!job) throw new Error('a pointer without its job')
  const priority = priorityFor(FIRST_STEP.priority, await sizeOf(tx, digest))
  await insertFirst.run(tx, { id: newId(now), digest, replay_id, now, priority, ...job })
  await haveTurn(tx, job.book_id)
}

const jobOf = prepared((db, given: { versionId: string }) =>
  db.selectFrom('jobs').select(['book_id', 'trace_id']).where('version_id', '=', given.versionId),
)

/** Of a content that is settled, in bytes. */
export async function sizeOf(tx: Tx, digest: string): Promise<number> {
  const blob = await sizeOfBlob.first(tx, { digest })
  return blob?.size_bytes ?? 0
}

const sizeOfBlob = prepared((db, given: { digest: string }) =>
  db.selectFrom('blobs').select('size_bytes').where('digest', '=', given.digest).limit(1),
)

interface FirstJob {
  id: string
  digest: Digest
  replay_id: string | null
  book_id: string
  trace_id: string
  priority: number
  now: number
}

const insertFirst = prepared((db, given: FirstJob) =>
  db.insertInto('jobs').values({
    id: given.id,
    step: FIRST_STEP.step,
    step_version: FIRST_STEP.version,
    digest: given.digest,
    version_id: null,
    replay_id: given.replay_id,
    book_id: given.book_id,
    priority: given.priority,
    state: 'queued',
    run_at: given.now,
    trace_id: given.trace_id,
    created_at: given.now,
    updated_at: given.now,
  }),
)

/** Puts the book into the round of turns; a new one is served next. */
export const haveTurn = (tx: Tx, bookId: string) => insertTurn.run(tx, { bookId })

const insertTurn = prepared((db, given: { bookId: string }) =>
  db
    .insertInto('job_turns')
    .values({ book_id: given.bookId, served_at: 0 })
    .onConflict((conflict) => conflict.doNothing()),
)

async function isUnknown(tx: Tx, digest: Digest): Promise<boolean> {
  const derived = await derivedOf.first(tx, { digest })
  return !derived && !(await hasWorkLeft(tx, { digest, replay_id: null }, true))
}

const derivedOf = prepared((db, given: { digest: string }) =>
  db.selectFrom('derivations').select('digest').where('digest', '=', given.digest).limit(1),
)

/**
 * Whether a step of a content, or of a replay of it, is still to come; a dead one is not: it is over
 * until retried. `includeDead` asks for jobs in any open state.
 */
export async function hasWorkLeft(
  tx: Tx,
  { digest, replay_id }: { digest: string; replay_id: string | null },
  includeDead = false,
): Promise<boolean> {
  const open = await (includeDead ? openOrDead : openJob).first(tx, { digest, replay_id })
  return open !== undefined
}

const jobIn = (states: readonly ('queued' | 'running' | 'dead')[]) =>
  prepared((db, given: { digest: string; replay_id: string | null }) =>
    db
      .selectFrom('jobs')
      .select('id')
      .where('digest', '=', given.digest)
      .where('replay_id', 'is', given.replay_id)
      .where('version_id', 'is', null)
      .where('step', 'not in', BESIDE) // a picture may come later than the words
      .where('state', 'in', states)
      .limit(1),
  )

const openJob = jobIn(['queued', 'running'])
const openOrDead = jobIn(['queued', 'running', 'dead'])

/**
 * Gives the dead jobs of a content another life: what they failed of is over. Those for whom the
 * failure was replayed are told of the work itself from now on. Its course begins anew, here and
 * wherever a dead job is retried: who brings the content later must not be told of a failure that no
 * new content would meet any more.
 */
export async function reviveDead(
  tx: Tx,
  { digest, now }: { digest: string; now: number },
): Promise<void> {
  await forgetReplayedFailures(tx, digest)
  await tx
    .updateTable('jobs')
    .set({
      state: 'queued',
      attempts: 0,
      course: '[]',
      run_at: now,
      updated_at: now,
      error_code: null,
      error_reason: null,
      error_message: null,
    })
    .where('digest', '=', digest)
    .where('state', '=', 'dead')
    .execute()
}

/** Before a failed step is tried again: what is told of it elsewhere is over. */
export const forgetReplayedFailures = (tx: Tx, digest: string) =>
  tx
    .deleteFrom('jobs')
    .where('digest', '=', digest)
    .where('version_id', 'is', null)
    .where('replay_id', 'is not', null)
    .where('state', '=', 'dead')
    .execute()
