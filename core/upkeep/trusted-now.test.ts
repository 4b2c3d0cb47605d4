import { expect, it } from 'vitest'
import { copiesWorld, DAY_MS } from '../../tests/copies-world.ts'
import { trustedNow } from './trusted-now.ts'

const TEN_YEARS_MS = 3650 * DAY_MS

async function box() {
  const on = await copiesWorld()
  const start = on.clock.now()
  const after = async (days: number) => {
    on.clock.advance(days * DAY_MS)
    await on.catalog.care.beat({ boot: on.clock.boot(), ms: on.clock.monotonic() })
    return (await trustedNow(on.ports)) - start
  }
  await after(0)
  return { ...on, after, leap: (ms: number) => on.clock.setWall(on.clock.now() + ms) }
}

it('B13 clock-jumps: does not believe a leap of ten years at once, nor after it was taken back', async () => {
  const on = await box()
  expect(await on.after(1)).toBe(DAY_MS)
  on.leap(TEN_YEARS_MS)
  expect(await on.after(1)).toBe(2 * DAY_MS)
  on.leap(-TEN_YEARS_MS)
  expect(await on.after(1)).toBe(3 * DAY_MS)
  expect(await on.after(9)).toBe(12 * DAY_MS)
})

it('believes a time that stays for days of running, as after years in a drawer', async () => {
  const on = await box()
  on.leap(TEN_YEARS_MS)
  expect(await on.after(1)).toBe(DAY_MS)
  expect(await on.after(3)).toBe(4 * DAY_MS + TEN_YEARS_MS)
})

it('goes along with a night in which the machine was off, and with a clock that is set back', async () => {
  const on = await box()
  on.leap(DAY_MS / 2)
  expect(await on.after(1)).toBe(1.5 * DAY_MS)
  on.leap(-TEN_YEARS_MS)
  expect(await on.after(0)).toBe(1.5 * DAY_MS - TEN_YEARS_MS)
})
