import { expect, it } from 'vitest'
import { backoffMs } from './backoff.ts'

it('spreads tries between nothing and a doubled, capped delay', () => {
  const delays = { firstMs: 1_000, longestMs: 600_000 }
  expect(backoffMs(3, delays, 0)).toBe(0)
  expect(backoffMs(3, delays, 1)).toBe(8_000)
  expect(backoffMs(40, delays, 1)).toBe(600_000)
})
