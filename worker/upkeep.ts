import { newTraceId } from '../core/ids.ts'
import { settleArrivals } from '../core/ingest/settle.ts'
import { type ProberLimits, watchProbers } from '../core/limit/prober.ts'
import type { Clock, Ports } from '../core/ports/index.ts'
import { relinkOutdated } from '../core/upkeep/relink.ts'
import { type SweepTimes, sweep } from '../core/upkeep/sweep.ts'
import { trustedNow } from '../core/upkeep/trusted-now.ts'

const EVERY_MS = 10 * 60_000
const BEAT_MS = 60_000
/** A wall clock that moved this much more than the steady one was set, not passed. */
const CLOCK_JUMP_MS = 60_000

/**
 * Looks after the store until `signal` aborts: at once what a crash left of the indexes, then at
 * intervals everything that grows old.
 */
export async function runUpkeep(
  ports: Ports,
  rules: { times: SweepTimes; probers: ProberLimits },
  signal: AbortSignal,
): Promise<void> {
  const { clock, index, log } = ports
  const nowOf = steadyWall(clock)
  const attempt = async (what: string, work: () => Promise<unknown>) => {
    if (signal.aborted) return
    try {
      log.info(what, { ...Object(await work()) })
    } catch (cause) {
      log.error('Upkeep failed; it is tried again in the next round.', { what, err: cause })
    }
  }
  while (!signal.aborted) {
    await attempt('Settled.', async () => ({ settled: (await settleArrivals(ports)).length }))
    await attempt('Relinked.', () => relinkOutdated(ports, signal))
    await clock.sleep(EVERY_MS, signal)
    const now = nowOf()
    const jumpMs = clock.now() - now
    if (jumpMs > CLOCK_JUMP_MS) {
      log.warn('The clock was set forward; no grace ends earlier for that.', { jump_ms: jumpMs })
    }
    await attempt('Swept.', async () =>
      sweep(ports, rules.times, Math.min(now, await trustedNow(ports))),
    )
    await attempt('Looked for probers.', () => watchProbers(ports, rules.probers))
    await attempt('Compacted.', () => index.optimize())
  }
}

/**
 * Moves the box's own clock on every minute until `signal` aborts, ends sessions that are over, and
 * writes down what looked as somebody else until its time was, so that none of it depends on what the time is set to later.
 */
export async function keepTime(
  { catalog, clock, log }: Pick<Ports, 'catalog' | 'clock' | 'log'>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await catalog.care.beat({ boot: clock.boot(), ms: clock.monotonic() })
      await catalog.people.tellEndOfSeeing({ traceId: newTraceId(), now: clock.now() })
      await catalog.people.endOverdue(clock.now())
    } catch (err) {
      log.warn('The clock of the box could not be moved on; it is tried again.', { err })
    }
    await clock.sleep(BEAT_MS, signal)
  }
}

/**
 * The wall clock as far as it can be trusted: what it was set forward since now does not count, so
 * that nothing is removed early because somebody corrected the time.
 */
export function steadyWall(clock: Clock): () => number {
  const wall = clock.now()
  const steady = clock.monotonic()
  return () => Math.min(clock.now(), wall + clock.monotonic() - steady)
}
