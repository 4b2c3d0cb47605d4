import type { Visible } from '../../access/access.ts'
import type { Digest } from '../../digest.ts'
import type { DerivationState, Job, JobState, Step } from '../../model/job.ts'
import type { Coverage } from '../../model/locator.ts'

/**
 * The queue: rows of the catalog, so that work is queued in the transaction that causes it. At least
 * once; a job is leased to one worker, and only its holder can finish it.
 */
export interface Jobs {
  /**
   * Leases the next job: steps for words before all others, of those the book that was served longest
   * ago, of that the highest priority (small contents before large ones), then age. Counts the attempt
   * before returning. A job whose lease ran out is taken again.
   *
   * A job that comes with `replayUntil` is a replay: it has begun, there is nothing to do for it, and
   * `replay` moves it on. At most `replays` of them, 1 unless said, are under way at a time. Where the step that it stands for is itself waiting, that one is given out in its turn.
   */
  take(
    worker: string,
    steps: readonly Step[],
    leaseMs: number,
    now: number,
    replays?: number,
  ): Promise<Job | undefined>
  /**
   * Moves on the replays whose time has come. Says how many ended, and when it is to be asked again
   * (epoch ms), if any is under way.
   */
  replay(now: number): Promise<{ ended: number; nextAt?: number }>
  /** Begins the next replay in turn, unless it waits for its step to be done. False when none began. */
  takeReplay(steps: readonly Step[], now: number, replays: number): Promise<boolean>
  /** Names of the workers that hold jobs. */
  holders(): Promise<string[]>
  /** Ends the leases of workers that are known to be dead: their jobs are taken again at once. */
  releaseHeld(workers: readonly string[], now: number): Promise<number>
  /**
   * Extends the lease and records progress, which is told when it changed. False when the lease was
   * lost: stop working.
   */
  heartbeat(
    id: string,
    worker: string,
    progress: number,
    leaseMs: number,
    now: number,
  ): Promise<boolean>
  /**
   * Result, next jobs and the end of this job, in one transaction. When the content has no step
   * left, its blocked `link` jobs are released. False when the lease was lost: nothing is written.
   */
  finish(id: string, worker: string, result: StepResult, now: number): Promise<boolean>
  /** Puts it back until `retryAt`, or into the dead letter when that is undefined. */
  fail(id: string, worker: string, failure: Failure, now: number): Promise<boolean>
  /**
   * Ends a job whose subject is gone. False, and nothing is written, when it is not: a version still
   * points to the content, or the version to link is there.
   */
  drop(id: string, worker: string): Promise<boolean>

  job(visible: Visible, id: string): Promise<JobRow | undefined>
  /** Jobs of contents with a pointer the caller sees, newest first. */
  list(
    visible: Visible,
    filter: { states?: JobState[]; limit: number; cursor?: string },
  ): Promise<{ items: JobRow[]; nextCursor?: string }>
  stats(visible: Visible): Promise<Record<JobState, number>>
  /** Makes dead jobs ready again with attempts 0; all that are visible, or one. Returns how many. */
  retryDead(visible: Visible, id: string | undefined, now: number): Promise<number>
  /**
   * Does a step again that has not read all of a content, for the pointer of a `link` job: where a
   * page failed, a reader was missing, or all of it. What was read is kept. With `units`, pages or
   * minutes from 1, no others are done; with `wasRead` also of a step that is done, as some of them
   * were read badly. 0 when there is nothing to do, or it is being done.
   */
  retryStep(
    visible: Visible,
    id: string,
    wanted: { step: Step; units?: readonly number[]; wasRead?: boolean },
    now: number,
  ): Promise<number>
  /**
   * Queues a step again for every content (or one), whatever was derived before: steps that only some
   * contents have, for those that had them. `missing`: only where a program or model was missing. All
   * of them in several transactions: cut short, it is to be called again.
   */
  requeue(
    step: Step,
    stepVersion: number,
    which: Digest | 'missing' | undefined,
    now: number,
  ): Promise<number>
  /**
   * Removes up to `limit` jobs that were done before `before`: steps of contents, or the jobs of
   * versions. Those of contents that a step gave up stay, to be retried. Returns how many.
   */
  prune(kind: 'steps' | 'jobs', before: number, limit: number): Promise<number>
  /** Milliseconds the oldest ready job has waited; 0 when none waits. */
  oldestReadyMs(now: number): Promise<number>
}

export interface StepResult {
  state: DerivationState
  coverage?: Coverage
  /** Small facts of the step (media type, counts, language); the bulk goes into a blob. */
  facts: Record<string, unknown>
  /** Derived blob that holds the bulk. */
  blobId?: number
  reason?: string
  message?: string
  /** Steps that follow on the same content. */
  next: { step: Step; stepVersion: number; priority: number }[]
}

export interface Failure {
  code: string
  reason?: string
  message: string
  retryAt?: number
  /** Set when the work was not at fault: with `retryAt`, the attempt is not counted. */
  isUncounted?: boolean
  /** Steps that follow all the same when it is given up. */
  next?: StepResult['next']
}

/** A job as people see it: with a document of theirs that it concerns. */
export interface JobRow extends Job {
  documentId?: string
  documentName?: string
  bookName?: string
  chapterName?: string
  /** Steps of the content so far, for the processing view. */
  steps: DerivationRow[]
}

export interface DerivationRow {
  digest: Digest
  step: Step
  stepVersion: number
  state: DerivationState | 'waiting' | 'working'
  coverage?: Coverage
  facts: Record<string, unknown>
  blobId?: number
  blobPath?: string
  reason?: string
  message?: string
  durationMs: number
  finishedAt?: number
}

/** Results of steps by `(digest, step)`. */
export interface Derivations {
  get(digest: Digest, step: Step): Promise<DerivationRow | undefined>
  /**
   * All steps on a version's content, those still waiting or working included, in pipeline order, as
   * those may see them who see the version: of a content that was brought before by others, in the
   * time that they took then.
   */
  shown(versionId: string): Promise<DerivationRow[]>
  /** The same of some versions at once, by version. */
  shownOf(versionIds: readonly string[]): Promise<Map<string, DerivationRow[]>>
}
