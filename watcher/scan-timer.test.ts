import { expect, it } from 'vitest'
import { manualClock } from '../tests/manual-clock.ts'
import { scanTimer } from './scan-timer.ts'

const LONGEST_MS = 300_000

function opened(longestMs = LONGEST_MS) {
  const clock = manualClock()
  const timer = scanTimer(clock, longestMs)
  return {
    clock,
    timer,
    scan(tookMs: number) {
      timer.started()
      clock.advance(tookMs)
      timer.ended()
    },
    /** How long it takes until the next scan is due. */
    untilDue() {
      for (let ms = 0; ; ms += 100, clock.advance(100)) if (timer.isDue()) return ms
    },
  }
}

it('scans at once, then by itself: a small share often, a large one as its time allows', () => {
  const on = opened()
  expect(on.timer.isDue()).toBe(true)
  on.scan(5)
  expect(on.untilDue()).toBe(10_000)
  on.scan(300)
  expect(on.untilDue()).toBe(60_000)
  on.scan(30_000)
  expect(on.untilDue()).toBe(LONGEST_MS)
})

it('scans soon when asked, but never one scan after the other', () => {
  const on = opened()
  on.scan(5)
  on.clock.advance(5_000)
  on.timer.want()
  on.timer.want()
  expect(on.untilDue()).toBe(1_000)
  on.scan(5_000)
  on.timer.want()
  expect(on.untilDue()).toBe(50_000)
})

it('keeps in mind what is asked while it scans', () => {
  const on = opened()
  on.timer.started()
  on.clock.advance(5)
  on.timer.want()
  on.timer.ended()
  expect(on.untilDue()).toBe(1_000)
})

it('never waits longer than it was told to', () => {
  const on = opened(200)
  on.scan(50)
  expect(on.untilDue()).toBe(200)
  on.scan(50)
  on.timer.want()
  expect(on.untilDue()).toBe(200)
})
