import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../core/ports/index.ts'

/** The machine's own clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    try {
      await sleep(ms, undefined, signal ? { signal } : {})
    } catch (cause) {
      if (!signal?.aborted) throw cause
    }
  },
}
