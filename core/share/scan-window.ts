import type { ScanWindow } from '../ports/index.ts'

const MINUTES_A_DAY = 24 * 60

/** Whether the window is open at `now` (epoch ms), on the clock of this machine. */
export function isOpen(window: ScanWindow | undefined, now: number): boolean {
  if (!window || window.from === window.to) return true
  const at = new Date(now)
  const minute = at.getHours() * 60 + at.getMinutes()
  const since = (minute - window.from + MINUTES_A_DAY) % MINUTES_A_DAY
  return since < (window.to - window.from + MINUTES_A_DAY) % MINUTES_A_DAY
}

/** `22:30` as minutes since midnight; undefined for what is no time of day. */
export function minuteOf(text: string): number | undefined {
  const match = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim())
  return match ? Number(match[1]) * 60 + Number(match[2]) : undefined
}

/** Minutes since midnight as `22:30`. */
export const timeOfDay = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
