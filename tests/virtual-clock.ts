import type { Clock } from '../core/ports/index.ts'

interface Sleeper {
  at: number
  wake(): void
}

/**
 * A clock for a fixed number of tasks that run at once: time stands still while any of them works,
 * and jumps to the next awakening when all of them sleep. So whole hours pass in moments, and no
 * figure depends on how fast the machine is.
 *
 * @param onStill looks around at every moment, when all that happens in it has happened
 */
export function virtualClock(
  tasks: number,
  epochMs = 1_800_000_000_000,
  onStill: () => Promise<void> = async () => {},
): Clock {
  let now = epochMs
  let sleepers: Sleeper[] = []
  const jumpWhenAllSleep = async () => {
    if (sleepers.length < tasks) return
    const next = sleepers.reduce((first, each) => (each.at < first.at ? each : first))
    if (next.at > now) await onStill()
    now = next.at
    next.wake()
  }
  return {
    now: () => now,
    monotonic: () => now - epochMs,
    boot: () => 'virtual',
    async sleep(ms, signal) {
      if (signal?.aborted) return
      await new Promise<void>((resolve) => {
        const sleeper = {
          at: now + Math.max(0, ms),
          wake() {
            sleepers = sleepers.filter((each) => each !== sleeper)
            signal?.removeEventListener('abort', sleeper.wake)
            resolve()
          },
        }
        signal?.addEventListener('abort', sleeper.wake, { once: true })
        sleepers.push(sleeper)
        void jumpWhenAllSleep()
      })
    },
  }
}
