import type { Job } from '../core/model/job.ts'
import type { StepDefinition } from '../core/pipeline/step.ts'
import type { Ports, StepResult } from '../core/ports/index.ts'
import { judge, type Verdict } from './retry.ts'

/** Often enough that people see progress move; a lease is far longer. */
const HEARTBEAT_MS = 2_000

/** How jobs are run; from the configuration. */
export interface JobOptions {
  /** Unique among all workers that ever shared the catalog. */
  worker: string
  leaseMs: number
  maxAttempts: number
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
  if (job.attempts > options.maxAttempts) return bury(ports, job, options)
  const lost = new AbortController()
  const signal = AbortSignal.any([lost.signal, options.signal])
  let progress = 0
  const heart = setInterval(
    () => {
      ports.catalog.jobs
        .heartbeat(job.id, options.worker, progress, options.leaseMs, ports.clock.now())
        .then((isOurs) => isOurs || lost.abort())
        .catch((cause: unknown) => lost.abort(cause))
    },
    Math.min(options.leaseMs / 4, HEARTBEAT_MS),
  )
  try {
    const context = {
      signal,
      progress(share: number) {
        progress = share
      },
    }
    const result = await definition.run(ports, job, context)
    await ports.catalog.jobs.finish(job.id, options.worker, result, ports.clock.now())
  } catch (error) {
    if (lost.signal.aborted) return
    if (options.signal.aborted) return await giveBack(ports, job, options)
    await settle(ports, job, { verdict: judge(error, job, options.maxAttempts), error, options })
  } finally {
    clearInterval(heart)
  }
}

/** A worker that stops in good order leaves its job ready for the next, at once. */
async function giveBack(ports: Ports, job: Job, options: JobOptions): Promise<void> {
  const now = ports.clock.now()
  const failure = { code: 'unavailable', message: 'The worker was stopped.', retryAt: now }
  await ports.catalog.jobs.fail(job.id, options.worker, failure, now)
}

/** Attempts are counted before the work, so this job took its worker with it every time. */
async function bury(ports: Ports, job: Job, options: JobOptions): Promise<void> {
  const failure = {
    code: 'internal',
    reason: 'WORKER_DIED',
    message: 'Reading this file stopped the worker again and again. It is kept, and left alone.',
  }
  await ports.catalog.jobs.fail(job.id, options.worker, failure, ports.clock.now())
}

async function settle(
  ports: Ports,
  job: Job,
  { verdict, error, options }: { verdict: Verdict; error: unknown; options: JobOptions },
): Promise<void> {
  const { jobs, journal } = ports.catalog
  const now = ports.clock.now()
  if (verdict.outcome === 'drop') return jobs.drop(job.id, options.worker)
  if (verdict.outcome === 'skip') {
    const { reason, message } = verdict
    const result: StepResult = { state: 'skipped', facts: {}, reason, message, next: [] }
    await jobs.finish(job.id, options.worker, result, now)
    return
  }
  const { outcome, ...told } = verdict
  const retryAt = 'afterMs' in told ? now + told.afterMs : undefined
  ports.log[outcome === 'dead' ? 'error' : 'warn']('A step failed.', {
    step: job.step,
    attempts: job.attempts,
    outcome,
    trace_id: job.traceId,
    err: error,
  })
  await journal.error({
    traceId: job.traceId,
    operation: `job.${job.step}`,
    code: told.code,
    ...(told.reason && { reason: told.reason }),
    message: told.message,
    ...(error instanceof Error && error.stack && { stack: error.stack }),
    at: now,
  })
  await jobs.fail(job.id, options.worker, { ...told, ...(retryAt && { retryAt }) }, now)
}
