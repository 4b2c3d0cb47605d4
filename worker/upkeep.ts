import type { Ports } from '../core/ports/index.ts'
import { type SweepTimes, sweep } from '../core/upkeep/sweep.ts'

const EVERY_MS = 10 * 60_000
/** A wall clock that moved this much more than the steady one was set, not passed. */
const CLOCK_JUMP_MS = 60_000

/**
 * Sweeps and compacts at intervals until `signal` aborts. A round in which the wall clock was set
 * forward is left out: no grace ends early because somebody corrected the time.
 */
export async function runUpkeep(
  ports: Ports,
  times: SweepTimes,
  signal: AbortSignal,
): Promise<void> {
  const { clock, log } = ports
  let wall = clock.now()
  let steady = clock.monotonic()
  for (;;) {
    await clock.sleep(EVERY_MS, signal)
    if (signal.aborted) return
    const jumpMs = clock.now() - wall - (clock.monotonic() - steady)
    wall = clock.now()
    steady = clock.monotonic()
    if (jumpMs > CLOCK_JUMP_MS) {
      log.warn('The clock was set forward; nothing is swept in this round.', { jump_ms: jumpMs })
      continue
    }
    try {
      log.info('Swept.', { ...(await sweep(ports, times)) })
      await ports.index.optimize()
    } catch (cause) {
      log.error('Upkeep failed; it is tried again in the next round.', { err: cause })
    }
  }
}
