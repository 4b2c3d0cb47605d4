import type { Clock } from '../core/ports/index.ts'

/** Shortest time between two scans that were asked for. */
const REST_MS = 1_000
/** A small share is scanned this often unasked: its file server may never tell of changes. */
const OFTEN_MS = 10_000
/** Scans that nobody asked for take at most one part in so many of the time. */
const SHARE_OF_TIME = 200
/** Scans that were asked for take at most one part in so many. */
const SHARE_WHEN_ASKED = 10

/** When a share is scanned next: at once, when asked, and by itself after a while. */
export interface ScanTimer {
  isDue(): boolean
  /** Asks for a scan. What is asked while one runs is done by the next. */
  want(): void
  /** Asks for one that does not wait for its turn: somebody waits for it. */
  askNow(): void
  started(): void
  ended(): void
}

/** @param longestMs time after which there is a scan in any case */
export function scanTimer(clock: Pick<Clock, 'monotonic'>, longestMs: number): ScanTimer {
  let isWanted = true
  let dueMs = clock.monotonic()
  let notBeforeMs = dueMs
  let startedMs = dueMs
  return {
    isDue: () => clock.monotonic() >= (isWanted ? notBeforeMs : dueMs),
    want() {
      if (isWanted) return
      isWanted = true
      // What causes one hint usually causes more.
      notBeforeMs = Math.max(notBeforeMs, clock.monotonic() + Math.min(REST_MS, longestMs))
    },
    askNow() {
      isWanted = true
      notBeforeMs = clock.monotonic()
    },
    started() {
      isWanted = false
      startedMs = clock.monotonic()
    },
    ended() {
      const now = clock.monotonic()
      const tookMs = now - startedMs
      dueMs = now + Math.min(Math.max(OFTEN_MS, tookMs * SHARE_OF_TIME), longestMs)
      notBeforeMs = now + Math.min(Math.max(REST_MS, tookMs * SHARE_WHEN_ASKED), longestMs)
    },
  }
}
