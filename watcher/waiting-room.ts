import type { Clock } from '../core/ports/index.ts'
import type { RawPath } from '../core/share/raw-path.ts'
import { isSame, type Stamp } from '../core/share/stamp.ts'
import { type Settling, startSettling } from './settle.ts'

/** What a share has waiting at most; the rest stays for the next scan, which memory does not grow with. */
const CAPACITY = 10_000

/** A file whose turn has come. */
export interface Candidate extends Settling {
  path: RawPath
}

/** Files of one share that settle, or wait to be taken, or are being taken. */
export interface WaitingRoom {
  /** Takes a file in, once, as it looks now. False when the room is full. */
  offer(path: RawPath, stamp: Stamp): boolean
  /** Whether a file waits already, or is being taken. */
  has(path: RawPath): boolean
  /**
   * The next file that should have settled, small ones first; from now on it is being taken. None when
   * it is too large for now, as `fits` says.
   */
  next(fits?: (sizeBytes: number) => boolean): Candidate | undefined
  /** Puts a file back that was being taken. */
  putBack(path: RawPath, settling: Settling): void
  /** A file was taken, or given up. @returns whether it was offered again meanwhile */
  done(path: RawPath): boolean
  size(): number
  isFull(): boolean
}

export function waitingRoom(
  clock: Pick<Clock, 'now' | 'monotonic'>,
  settleMs: number,
): WaitingRoom {
  const waiting = new Map<RawPath, Settling>()
  const inFlight = new Map<RawPath, { isOfferedAgain: boolean }>()
  const turns = turnsOf(waiting)

  const wait = (path: RawPath, settling: Settling) => {
    waiting.set(path, settling)
    turns.expect(settling.dueMs)
  }

  return {
    offer(path, stamp) {
      const flying = inFlight.get(path)
      if (flying) flying.isOfferedAgain = true
      const known = waiting.get(path)
      if (flying || (known && isSame(known.stamp, stamp))) return true
      if (!known && waiting.size >= CAPACITY) return false
      wait(path, startSettling(clock, stamp, settleMs))
      return true
    },

    has: (path) => waiting.has(path) || inFlight.has(path),

    next(fits = () => true) {
      const candidate = turns.next(clock.monotonic(), fits)
      if (!candidate) return undefined
      waiting.delete(candidate.path)
      inFlight.set(candidate.path, { isOfferedAgain: false })
      return candidate
    },

    putBack(path, settling) {
      inFlight.delete(path)
      wait(path, settling)
    },

    done(path) {
      const isOfferedAgain = inFlight.get(path)?.isOfferedAgain ?? false
      inFlight.delete(path)
      return isOfferedAgain
    },

    size: () => waiting.size + inFlight.size,
    isFull: () => waiting.size >= CAPACITY,
  }
}

/** Whose turn it is, found by sorting what is due now and then rather than by keeping it sorted. */
function turnsOf(waiting: ReadonlyMap<RawPath, Settling>) {
  /** Largest first, so that the end is next. */
  let due: RawPath[] = []
  let nothingBeforeMs = 0

  const collect = (now: number) => {
    nothingBeforeMs = Number.POSITIVE_INFINITY
    const ready: [RawPath, number][] = []
    for (const [path, { dueMs, stamp }] of waiting) {
      if (dueMs <= now) ready.push([path, stamp.sizeBytes])
      else nothingBeforeMs = Math.min(nothingBeforeMs, dueMs)
    }
    due = ready.sort((a, b) => b[1] - a[1]).map(([path]) => path)
  }

  return {
    /** Something will be due then that was not known of before. */
    expect(dueMs: number) {
      nothingBeforeMs = Math.min(nothingBeforeMs, dueMs)
    },
    next(now: number, fits: (sizeBytes: number) => boolean): Candidate | undefined {
      if (due.length === 0 && now >= nothingBeforeMs) collect(now)
      for (let path = due.at(-1); path !== undefined; path = due.at(-1)) {
        const settling = waiting.get(path)
        // It may have been taken, or have changed and started over, since it was collected.
        const isDue = settling !== undefined && settling.dueMs <= now
        if (isDue && !fits(settling.stamp.sizeBytes)) return undefined
        due.pop()
        if (isDue) return { path, ...settling }
      }
      return undefined
    },
  }
}
