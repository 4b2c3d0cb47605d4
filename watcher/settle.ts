import type { Clock } from '../core/ports/index.ts'
import { isSame, type Stamp } from '../core/share/stamp.ts'
import { PATIENCE_MS } from './ending.ts'

/** How long a file that has long stood still is looked at before it is taken. */
const GLANCE_MS = 300

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
 * Starts to watch a file. Whatever was written while nobody looked shows as a new ctime, and ctime is
 * set by the kernel; so a file whose ctime is older than the delay has settled but for what only a
 * second look can tell: the clock of another machine that serves the share may lie, or ours.
 */
export function startSettling(
  clock: Pick<Clock, 'now' | 'monotonic'>,
  stamp: Stamp,
  settleMs: number,
): Settling {
  const ageMs = ageOf(clock, stamp)
  const waitMs = ageMs >= settleMs ? Math.min(GLANCE_MS, settleMs) : settleMs
  const nowMs = clock.monotonic()
  return { stamp, dueMs: nowMs + waitMs, stillSinceMs: nowMs - Math.max(ageMs, 0) }
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
