import type { Ports } from '../core/ports/index.ts'
import { laneGroups, type Steps } from './lanes.ts'
import type { Alarm } from './replay.ts'
import { type JobOptions, runJob } from './run-job.ts'

/** How long an idle lane waits before it looks again: what a fresh file waits at most. */
const IDLE_MS = 200
/** How long a lane waits after the catalog failed it. */
const TROUBLE_MS = 2_000

/**
 * Takes and runs jobs in `lanes` light lanes, and in `heavyLanes` heavy ones, until `signal` aborts;
 * then waits for the running ones to be given back. Rings `alarm` when a job was taken: replays may have begun, or have something to tell.
 */
export async function runWorker(
  ports: Ports,
  steps: Steps,
  options: JobOptions & { lanes: number; signal: AbortSignal; alarm: Pick<Alarm, 'ring'> },
): Promise<void> {
  // A name of its own each: a lease that ran out in one must not look held because another has it.
  const lanes = laneGroups(steps, options).flatMap((group) =>
    Array.from({ length: group.lanes }, () => group),
  )
  await Promise.all(
    lanes.map((group, lane) =>
      runLane(ports, group.steps, {
        ...options,
        lanes: group.lanes,
        worker: `${options.worker}:${lane}`,
      }),
    ),
  )
}

async function runLane(
  ports: Ports,
  steps: Steps,
  options: JobOptions & { signal: AbortSignal; alarm: Pick<Alarm, 'ring'> },
): Promise<void> {
  const { signal, alarm } = options
  while (!signal.aborted) {
    try {
      const found = await runNext(ports, steps, options)
      if (found) alarm.ring()
      else await ports.clock.sleep(IDLE_MS, signal)
    } catch (cause) {
      ports.log.error('The queue could not be worked on.', { err: cause })
      await ports.clock.sleep(TROUBLE_MS, signal)
    }
  }
}

/** Takes one job and runs it; a replay is only begun. False when none is ready. */
export async function runNext(
  ports: Ports,
  steps: Steps,
  options: JobOptions & { signal: AbortSignal },
): Promise<boolean> {
  const { worker, leaseMs, lanes = 1 } = options
  const known = [...steps.keys()]
  const job = await ports.catalog.jobs.take(worker, known, leaseMs, ports.clock.now(), lanes)
  const definition = job && steps.get(job.step)
  if (!definition) return false
  if (job.replayUntil !== undefined) return true
  await runJob(ports, { definition, job }, options)
  return true
}
