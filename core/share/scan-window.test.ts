import { expect, it } from 'vitest'
import { isOpen, minuteOf, timeOfDay } from './scan-window.ts'

const at = (hour: number, minute = 0) => new Date(2026, 10, 21, hour, minute).getTime()

it('is open from its first minute to before its last, past midnight too', () => {
  const day = { from: 8 * 60, to: 18 * 60 }
  expect([at(7, 59), at(8), at(17, 59), at(18)].map((now) => isOpen(day, now))).toEqual([
    false,
    true,
    true,
    false,
  ])
  const night = { from: 22 * 60, to: 6 * 60 }
  expect([at(21, 59), at(22), at(3), at(6)].map((now) => isOpen(night, now))).toEqual([
    false,
    true,
    true,
    false,
  ])
})

it('is always open when there is none, or when it ends where it begins', () => {
  expect(isOpen(undefined, at(3))).toBe(true)
  expect(isOpen({ from: 60, to: 60 }, at(3))).toBe(true)
})

it('reads and writes times of day', () => {
  expect(['22:30', ' 7:05 ', '24:00', '7', 'noon'].map(minuteOf)).toEqual([
    1350,
    425,
    undefined,
    undefined,
    undefined,
  ])
  expect([0, 425, 1439].map(timeOfDay)).toEqual(['00:00', '07:05', '23:59'])
})
