import type { Clock } from '../core/ports/index.ts'
import { isSame, type Stamp } from '../core/share/stamp.ts'
import { PATIENCE_MS } from './ending.ts'

/** How often a file is looked at whose end is missing, at least. */
const END_LOOK_MS = 1_000

/** A file that is being watched for whether it still changes. */
export interface Settling {
  stamp: Stamp
  /** Monotonic time at which it has settled, if it is the same then. */
  dueMs: number
  /** Monotonic time since which nothing was written to it, as far as anybody can tell. */
  stillSinceMs: number
}

/**
 * Starts to watch a file: the whole delay, on the steady clock, however long ago its times say that it
 * was written. The clock of another machine that serves the share may lie, or ours may leap.
 */
export function startSettling(
  clock: Pick<Clock, 'now' | 'monotonic'>,
  stamp: Stamp,
  settleMs: number,
): Settling {
  const nowMs = clock.monotonic()
  const ageMs = Math.max(ageOf(clock, stamp), 0)
  return { stamp, dueMs: nowMs + settleMs, stillSinceMs: nowMs - ageMs }
}

const ageOf = (clock: Pick<Clock, 'now'>, { ctimeNs }: Stamp): number =>
  clock.now() - Number(BigInt(ctimeNs) / 1_000_000n)

/** Looks again: undefined when the file has settled, else what to wait for now. */
export function lookAgain(
  clock: Pick<Clock, 'monotonic'>,
  before: Settling,
  { stamp, settleMs }: { stamp: Stamp; settleMs: number },
): Settling | undefined {
  const now = clock.monotonic()
  if (!isSame(before.stamp, stamp)) return { stamp, dueMs: now + settleMs, stillSinceMs: now }
  return now >= before.dueMs ? undefined : before
}

/** Puts a file off that stands still and is not whole; undefined when that has gone on for long. */
export function awaitEnd(
  clock: Pick<Clock, 'monotonic'>,
  before: Settling,
  settleMs: number,
): Settling | undefined {
  const now = clock.monotonic()
  if (now - before.stillSinceMs >= PATIENCE_MS) return undefined
  return { ...before, dueMs: now + Math.max(settleMs, END_LOOK_MS) }
}
