import type { Ports } from '../ports/index.ts'

const DAY_MS = 24 * 60 * 60_000
/** A machine may have been off for so long; more is a clock that was set, until time tells. */
const LEAP_MS = 3 * DAY_MS
/** After running for so long with the new time it is the time. */
const BELIEVED_MS = 3 * DAY_MS
const SETTING = 'trusted_time'

/** What was seen last, and how far the wall clock is ahead of what is believed. */
interface Seen {
  wall: number
  elapsedMs: number
  aheadMs: number
  /** Of the box's own clock, when it leapt. */
  leaptMs: number
}

/**
 * The wall clock as far as it agrees with the box's own: a leap ahead is not believed for three days
 * of running, over restarts too, so that nobody who sets the time wrong empties the trash by it.
 */
export async function trustedNow({
  catalog,
  clock,
}: Pick<Ports, 'catalog' | 'clock'>): Promise<number> {
  const { elapsedMs } = await catalog.care.boxTime()
  const wall = clock.now()
  const text = await catalog.settings.get(SETTING)
  const seen = text === undefined ? undefined : (JSON.parse(text) as Seen)
  const now = seen ? next(seen, wall, elapsedMs) : { wall, elapsedMs, aheadMs: 0, leaptMs: 0 }
  await catalog.settings.put(SETTING, JSON.stringify(now))
  return wall - now.aheadMs
}

function next(seen: Seen, wall: number, elapsedMs: number): Seen {
  const leapMs = wall - seen.wall - (elapsedMs - seen.elapsedMs)
  const isLeap = Math.abs(leapMs) > LEAP_MS
  const aheadMs = isLeap ? Math.max(0, seen.aheadMs + leapMs) : seen.aheadMs
  const leaptMs = isLeap ? elapsedMs : seen.leaptMs
  const isBelieved = elapsedMs - leaptMs >= BELIEVED_MS
  return { wall, elapsedMs, aheadMs: isBelieved ? 0 : aheadMs, leaptMs }
}
