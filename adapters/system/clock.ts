import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../core/ports/index.ts'

const BOOT = bootId()

/** Of the kernel; where it tells none, of this process alone, which no other's can be compared with. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return randomUUID()
  }
}

/** The machine's own clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  // Since the machine began to run, in every process; `performance.now` begins with each.
  monotonic: () => Number(process.hrtime.bigint()) / 1e6,
  boot: () => BOOT,
  async sleep(ms, signal) {
    try {
      await sleep(ms, undefined, signal ? { signal } : {})
    } catch (cause) {
      if (!signal?.aborted) throw cause
    }
  },
}
