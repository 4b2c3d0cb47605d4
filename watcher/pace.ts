import type { Clock } from '../core/ports/index.ts'

/** Files that are taken at the same time when everything keeps up: those that share two commits. */
const MOST_LANES = 64
const FEWEST_LANES = 2
/** Of those, files so large that the disk is what they wait for. */
const LARGE_LANES = 3
const LARGE_BYTES = 8 * 2 ** 20
/** Small files that take longer than this together mean that the disk, or the catalog, is behind. */
const SLOW_MS = 1_000
/** And so much longer for each of them: what is due to many is no sign of trouble. */
const SLOW_FILE_MS = 50
/** With more files than this waiting to be understood, new ones are stored at a walk. */
const LONG_QUEUE = 20_000
const LOOK_EVERY_MS = 5_000

/**
 * How many files are stored at a time. More is faster, as they share commits, until the disk is busy:
 * then everybody waits, people before their browsers too. So the number is doubled while files go
 * through quickly, and halved when they do not; after that it goes up one by one.
 */
export interface Pace {
  /** Whether one more file may be taken now. */
  mayTake(sizeBytes: number): boolean
  began(sizeBytes: number): void
  /** Files that were taken together have ended. */
  ended(sizes: readonly number[], tookMs: number): void
  /** How many at most, now. */
  lanes(): number
}

/** @param waiting how many jobs wait; asked now and then */
export function pace(clock: Pick<Clock, 'monotonic'>, waiting: () => Promise<number>): Pace {
  let lanes = 8
  let wasSlow = false
  let busy = 0
  let large = 0
  let isQueueLong = false
  let lookAtMs = Number.NEGATIVE_INFINITY

  const lookAtQueue = () => {
    if (clock.monotonic() < lookAtMs) return
    lookAtMs = clock.monotonic() + LOOK_EVERY_MS
    waiting().then(
      (jobs) => {
        isQueueLong = jobs > LONG_QUEUE
      },
      () => {
        // The catalog does not answer: whoever takes the next file finds out, and says so.
        isQueueLong = true
      },
    )
  }
  const most = () => (isQueueLong ? FEWEST_LANES : Math.floor(lanes))

  return {
    mayTake(sizeBytes) {
      lookAtQueue()
      return busy < most() && (sizeBytes < LARGE_BYTES || large < LARGE_LANES)
    },
    began(sizeBytes) {
      busy++
      if (sizeBytes >= LARGE_BYTES) large++
    },
    ended(sizes, tookMs) {
      busy -= sizes.length
      const small = sizes.filter((sizeBytes) => sizeBytes < LARGE_BYTES).length
      large -= sizes.length - small
      if (small === 0) return
      if (tookMs > SLOW_MS + small * SLOW_FILE_MS) {
        lanes = Math.max(FEWEST_LANES, lanes / 2)
        wasSlow = true
      } else {
        lanes = Math.min(MOST_LANES, lanes + (wasSlow ? small / lanes : small))
      }
    },
    lanes: most,
  }
}
