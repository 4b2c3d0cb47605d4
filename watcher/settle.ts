import type { Clock } from '../core/ports/index.ts'
import { isSame, type Stamp } from '../core/share/stamp.ts'

/** How long a file that has long stood still is looked at before it is taken. */
const GLANCE_MS = 300

/** A file that is being watched for whether it still changes. */
export interface Settling {
  stamp: Stamp
  /** Monotonic time at which it has settled, if it is the same then. */
  dueMs: number
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
  const ageMs = clock.now() - Number(BigInt(stamp.ctimeNs) / 1_000_000n)
  const waitMs = ageMs >= settleMs ? Math.min(GLANCE_MS, settleMs) : settleMs
  return { stamp, dueMs: clock.monotonic() + waitMs }
}

/** Looks again: undefined when the file has settled, else what to wait for now. */
export function lookAgain(
  clock: Pick<Clock, 'monotonic'>,
  before: Settling,
  { stamp, settleMs }: { stamp: Stamp; settleMs: number },
): Settling | undefined {
  const now = clock.monotonic()
  if (!isSame(before.stamp, stamp)) return { stamp, dueMs: now + settleMs }
  return now >= before.dueMs ? undefined : before
}
