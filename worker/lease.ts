import type { Job } from '../core/model/job.ts'
import type { Ports } from '../core/ports/index.ts'
import type { JobOptions } from './run-job.ts'

/** Often enough that people see progress move; a lease is far longer. */
const BEAT_MS = 2_000
/**
 * The longer a step works, the less often its progress is told: each time is recorded, to be told
 * again of the next pointer to the content, and an hour's work must not leave a long list.
 */
const TELL_EVERY = 1 / 32

/** A job's lease while it is worked on. */
export interface Lease {
  /** Aborts when somebody else may hold the job. */
  readonly lost: AbortSignal
  /** Notes how far the work is, 0 to 1; it is written with the next heartbeat. */
  progress(share: number): void
  end(): void
}

/**
 * Extends a lease in time, and tells progress when there is some. A catalog that does not answer
 * costs the lease only when it is silent for as long as the lease runs: nobody else reaches it either.
 */
export function keepLease(
  { catalog, clock, log }: Pick<Ports, 'catalog' | 'clock' | 'log'>,
  job: Job,
  { worker, leaseMs }: JobOptions,
): Lease {
  const lost = new AbortController()
  const begunMs = clock.monotonic()
  let heldSinceMs = begunMs
  let toldAtMs = begunMs
  let progress = 0
  let toldProgress = 0
  let isBeating = false

  const beat = async () => {
    const startedMs = clock.monotonic()
    const isDue = startedMs - toldAtMs >= (startedMs - begunMs) * TELL_EVERY
    const share = isDue ? progress : toldProgress
    if (share === toldProgress && startedMs - heldSinceMs < leaseMs / 4) return
    try {
      const isOurs = await catalog.jobs.heartbeat(job.id, worker, share, leaseMs, clock.now())
      if (!isOurs) return lost.abort()
      heldSinceMs = startedMs
      if (share !== toldProgress) toldAtMs = startedMs
      toldProgress = share
    } catch (cause) {
      log.warn('A heartbeat was not written.', { step: job.step, err: cause })
      if (clock.monotonic() - heldSinceMs >= leaseMs) lost.abort(cause)
    }
  }
  const timer = setInterval(
    async () => {
      if (isBeating) return
      isBeating = true
      await beat()
      isBeating = false
    },
    Math.min(leaseMs / 8, BEAT_MS),
  )
  return {
    lost: lost.signal,
    progress(share) {
      progress = share
    },
    end: () => clearInterval(timer),
  }
}
