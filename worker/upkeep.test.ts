import { expect, it } from 'vitest'
import { manualClock } from '../tests/manual-clock.ts'
import { steadyWall } from './upkeep.ts'

const DAY_MS = 24 * 3_600_000

it('follows the wall clock as long as nobody sets it', () => {
  const clock = manualClock()
  const now = steadyWall(clock)
  clock.advance(DAY_MS)
  expect(now()).toBe(clock.now())
})

it('lets no grace end earlier because the clock was set forward, however often it is asked', () => {
  const clock = manualClock()
  const start = clock.now()
  const now = steadyWall(clock)
  clock.setWall(start + 365 * DAY_MS)
  expect(now()).toBe(start)
  clock.advance(DAY_MS)
  expect(now()).toBe(start + DAY_MS)
})

it('goes back with a clock that was ahead', () => {
  const clock = manualClock()
  const start = clock.now()
  const now = steadyWall(clock)
  clock.setWall(start - DAY_MS)
  expect(now()).toBe(start - DAY_MS)
})
