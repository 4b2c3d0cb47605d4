import type { Ports } from '../core/ports/index.ts'
import { laneGroups, type Steps } from './lanes.ts'
import { runNext } from './loop.ts'
import type { JobOptions } from './run-job.ts'

/** How long nothing is looked at when no replay is known to be under way. */
const IDLE_MS = 200
/** How long is waited after the catalog failed. */
const TROUBLE_MS = 2_000

type Options = JobOptions & { signal: AbortSignal }

/**
 * Moves replays on in their time until `signal` aborts. A lane works on beside its replay, so that
 * nobody's work waits for what is only shown; where one ends, what would follow in its lane follows
 * at once, or a replay would take longer on a busy box than the work did.
 */
export async function runReplays(
  ports: Ports,
  steps: Steps,
  options: Options & { alarm: Alarm },
): Promise<void> {
  const { signal, alarm } = options
  while (!signal.aborted) {
    try {
      const { ended, nextAt } = await moveReplays(ports, steps, options)
      if (ended > 0) continue
      const wait = nextAt === undefined ? IDLE_MS : nextAt - ports.clock.now()
      await alarm.sleep(Math.max(0, Math.min(IDLE_MS, wait)))
    } catch (cause) {
      ports.log.error('Replays could not be moved on.', { err: cause })
      await ports.clock.sleep(TROUBLE_MS, signal)
    }
  }
}

/** Moves on the replays that are due, and begins what follows them. */
export async function moveReplays(
  ports: Ports,
  steps: Steps,
  options: Options,
): Promise<{ ended: number; nextAt?: number }> {
  const { jobs } = ports.catalog
  const moved = await jobs.replay(ports.clock.now())
  const links: Steps = new Map([...steps].filter(([step]) => step === 'link'))
  for (let i = 0; i < moved.ended; i++) {
    while (await runNext(ports, links, options));
    for (const { steps: own, lanes } of laneGroups(steps, options)) {
      await jobs.takeReplay([...own.keys()], ports.clock.now(), lanes)
    }
  }
  return moved
}

/** A sleep that can be ended from elsewhere. */
export interface Alarm {
  sleep(ms: number): Promise<void>
  /** Ends the sleep, or the next one before it begins. */
  ring(): void
}

export function alarmOf({ clock }: Pick<Ports, 'clock'>, stop: AbortSignal): Alarm {
  let bell = new AbortController()
  const ring = () => bell.abort()
  stop.addEventListener('abort', ring)
  return {
    async sleep(ms) {
      await clock.sleep(ms, bell.signal)
      if (bell.signal.aborted && !stop.aborted) bell = new AbortController()
    },
    ring,
  }
}
