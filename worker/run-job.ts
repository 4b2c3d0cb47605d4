import { codeOf } from '../core/errors.ts'
import type { Job } from '../core/model/job.ts'
import type { StepDefinition } from '../core/pipeline/step.ts'
import type { Failure, Ports, StepResult } from '../core/ports/index.ts'
import { keepLease } from './lease.ts'
import { judge, type Verdict } from './retry.ts'

/** How long the end of a job is kept before it is written again to a catalog that did not take it. */
const TROUBLE_MS = 1_000

/** How jobs are run; from the configuration. */
export interface JobOptions {
  /** Unique among all lanes of all workers that ever shared the catalog. */
  worker: string
  leaseMs: number
  maxAttempts: number
  /** Lanes that work beside each other, and replays that are under way at a time; 1 unless said. */
  lanes?: number
  /** Lanes for heavy steps, which the others leave alone then. Unset: every lane does everything. */
  heavyLanes?: number
}

type Run = {
  definition: StepDefinition
  job: Job
  options: JobOptions
  signal: AbortSignal
}

/**
 * Runs one leased job to its end: heartbeats while it works, then result, retry or dead letter. A
 * lost lease aborts the step; whoever holds the job now finishes it. Throws only when the catalog
 * does.
 */
export async function runJob(
  ports: Ports,
  { definition, job }: { definition: StepDefinition; job: Job },
  options: JobOptions & { signal: AbortSignal },
): Promise<void> {
  if (job.attempts > options.maxAttempts) return bury(ports, { definition, job }, options)
  const lease = keepLease(ports, job, options)
  const signal = AbortSignal.any([lease.lost, options.signal])
  const run = { definition, job, options, signal }
  try {
    const result = await definition.run(ports, job, { signal, progress: lease.progress })
    await finish(ports, run, result)
  } catch (error) {
    if (lease.lost.aborted) return
    if (options.signal.aborted) return await giveBack(ports, job, options)
    await settle(ports, run, error)
  } finally {
    lease.end()
  }
}

/** A worker that stops in good order leaves its job ready for the next, at once and unharmed. */
async function giveBack(ports: Ports, job: Job, options: JobOptions): Promise<void> {
  const retryAt = ports.clock.now()
  const told = { code: 'unavailable', message: 'The worker was stopped.' }
  const failure = { ...told, retryAt, isUncounted: true }
  await ports.catalog.jobs.fail(job.id, options.worker, failure, retryAt)
}

/** Attempts are counted before the work, so this job took its worker with it every time. */
async function bury(
  ports: Ports,
  { definition, job }: Pick<Run, 'definition' | 'job'>,
  options: JobOptions,
): Promise<void> {
  const failure: Failure = {
    code: 'internal',
    reason: 'WORKER_DIED',
    message: 'Reading this file stopped the worker again and again. It is kept, and left alone.',
    ...(await nextAfter(ports, definition, job)),
  }
  await ports.catalog.jobs.fail(job.id, options.worker, failure, ports.clock.now())
}

/** What other steps have found is not lost with this one. */
async function nextAfter(
  ports: Ports,
  { afterDeath }: StepDefinition,
  job: Job,
): Promise<Pick<Failure, 'next'>> {
  return afterDeath ? { next: await afterDeath(ports, job) } : {}
}

const finish = (ports: Ports, run: Run, result: StepResult): Promise<boolean> =>
  written(ports, run, () =>
    ports.catalog.jobs.finish(run.job.id, run.options.worker, result, ports.clock.now()),
  )

/**
 * Writes the end of a job, again and again while the catalog is busy or its disk full: what took long
 * to find out is not thrown away for that, nor held against the file. Ends with the lease.
 */
async function written<T>(
  { clock, log }: Pick<Ports, 'clock' | 'log'>,
  { job, signal }: Run,
  write: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await write()
    } catch (error) {
      const isPassing = codeOf(error) === 'unavailable' || codeOf(error) === 'storage_full'
      if (!isPassing || signal.aborted) throw error
      log.warn('The end of a job could not be written yet.', { step: job.step, err: error })
      await clock.sleep(TROUBLE_MS, signal)
    }
  }
}

async function settle(ports: Ports, run: Run, error: unknown): Promise<void> {
  const { job, options } = run
  const verdict = judge(error, job, options.maxAttempts)
  if (verdict.outcome === 'skip') {
    const { reason, message } = verdict
    await finish(ports, run, { state: 'skipped', facts: {}, reason, message, next: [] })
    return
  }
  if (verdict.outcome !== 'drop') return await record(ports, run, { verdict, error })
  const isGone = await written(ports, run, () => ports.catalog.jobs.drop(job.id, options.worker))
  if (!isGone) await record(ports, run, { verdict: MISSING, error })
}

/** Somebody still points to the content, so it is not gone but lost. */
const MISSING: Verdict & { outcome: 'dead' } = {
  outcome: 'dead',
  code: 'not_found',
  reason: 'BLOB_MISSING',
  message:
    'The content of this file is missing or damaged on the disk. Ask your administrator to run "onefold verify", or put the file in again.',
}

/** Puts the job back or into the dead letter, and tells the log and the trace why. */
async function record(
  ports: Ports,
  run: Run,
  { verdict, error }: { verdict: Verdict & { outcome: 'retry' | 'dead' }; error: unknown },
): Promise<void> {
  const { job, options } = run
  const { code, reason, message, outcome } = verdict
  const now = ports.clock.now()
  ports.log[outcome === 'dead' ? 'error' : 'warn']('A step failed.', {
    step: job.step,
    attempts: job.attempts,
    outcome,
    trace_id: job.traceId,
    err: error,
  })
  const told = { code, message, ...(reason && { reason }) }
  const failure: Failure =
    outcome === 'dead'
      ? { ...told, ...(await nextAfter(ports, run.definition, job)) }
      : { ...told, retryAt: now + verdict.afterMs, isUncounted: !verdict.isCounted }
  await written(ports, run, () => ports.catalog.jobs.fail(job.id, options.worker, failure, now))
  await ports.catalog.journal.error({
    ...told,
    traceId: job.traceId,
    operation: `job.${job.step}`,
    ...(error instanceof Error && error.stack && { stack: error.stack }),
    at: now,
  })
}
