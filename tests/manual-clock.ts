import type { Clock } from '../core/ports/index.ts'

/** A clock that stands still until it is told to move; sleeping moves it. */
export interface ManualClock extends Clock {
  advance(ms: number): void
  /** Sets the wall clock only, as an administrator would. */
  setWall(epochMs: number): void
}

export function manualClock(epochMs = 1_800_000_000_000): ManualClock {
  let wall = epochMs
  let steady = 0
  return {
    now: () => wall,
    monotonic: () => steady,
    boot: () => 'manual',
    async sleep(ms) {
      wall += ms
      steady += ms
    },
    advance(ms) {
      wall += ms
      steady += ms
    },
    setWall(to) {
      wall = to
    },
  }
}
