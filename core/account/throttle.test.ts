import { expect, it } from 'vitest'
import { manualClock } from '../../tests/manual-clock.ts'
import { memoryThrottle } from './throttle.ts'

const LIMITS = {
  freeTries: 3,
  firstWaitMs: 1000,
  longestWaitMs: 5000,
  forgetMs: 100_000,
  perAddress: 10,
  windowMs: 60_000,
}

const waitOf = (attempt: () => void): number => {
  try {
    attempt()
    return 0
  } catch (error) {
    return (error as { retryAfterMs: number }).retryAfterMs
  }
}

it('D9 brute-force: makes each further guess wait twice as long, up to a limit', () => {
  const clock = manualClock()
  const throttle = memoryThrottle(clock, LIMITS)
  const guess = () => waitOf(() => throttle.attempt('ada', '10.0.0.1'))
  expect([guess(), guess(), guess()]).toEqual([0, 0, 0])
  const waits: number[] = []
  for (let i = 0; i < 5; i++) {
    const wait = guess()
    waits.push(wait)
    clock.advance(wait)
    expect(guess()).toBe(0)
  }
  expect(waits).toEqual([1000, 2000, 4000, 5000, 5000])
})

it('counts a try before it is made, so that many at once do not slip through', () => {
  const throttle = memoryThrottle(manualClock(), LIMITS)
  const waits = Array.from({ length: 50 }, () => waitOf(() => throttle.attempt('ada', '::1')))
  expect(waits.filter((wait) => wait === 0)).toHaveLength(3)
})

it('D9 brute-force: takes all ways to write one name in a directory for the same', () => {
  const throttle = memoryThrottle(manualClock(), LIMITS)
  const ways = [
    'ivan',
    ' IVAN  ',
    'CORP\\ivan',
    'a\\b\\ivan',
    'ivan@corp.test',
    'iv\u00adán',
    'ｉｖａｎ',
  ]
  const waits = ways.map((name) => waitOf(() => throttle.attempt(name, '::1')))
  expect(waits).toEqual([0, 0, 0, 1000, 1000, 1000, 1000])
  expect(waitOf(() => throttle.attempt('ivana', '::1'))).toBe(0)
})

it('D9 brute-force: does not lock the person out who sits elsewhere', () => {
  const throttle = memoryThrottle(manualClock(), LIMITS)
  for (let i = 0; i < 9; i++) waitOf(() => throttle.attempt('ada', '10.6.6.6'))
  expect(waitOf(() => throttle.attempt('ada', '10.0.0.1'))).toBe(0)
})

it('D9 brute-force: slows one address down that tries many names', () => {
  const clock = manualClock()
  const throttle = memoryThrottle(clock, LIMITS)
  for (let i = 0; i < 10; i++) expect(waitOf(() => throttle.attempt(`user ${i}`, '::1'))).toBe(0)
  expect(waitOf(() => throttle.attempt('user 11', '::1'))).toBe(60_000)
  clock.advance(60_000)
  expect(waitOf(() => throttle.attempt('user 11', '::1'))).toBe(0)
})

it('forgives those who know their password, however often they sign in', () => {
  const throttle = memoryThrottle(manualClock(), LIMITS)
  for (let i = 0; i < 50; i++) {
    expect(waitOf(() => throttle.attempt('ada', '::1'))).toBe(0)
    throttle.forgive('ada', '::1')
  }
})

it('takes spellings of one name as one', () => {
  const throttle = memoryThrottle(manualClock(), LIMITS)
  for (const name of ['Ada', 'ADA', 'ａｄａ']) throttle.attempt(name, '::1')
  expect(waitOf(() => throttle.attempt('ada', '::1'))).toBe(1000)
})

it('forgets old failures', () => {
  const clock = manualClock()
  const throttle = memoryThrottle(clock, LIMITS)
  for (let i = 0; i < 3; i++) throttle.attempt('ada', '::1')
  clock.advance(101_000)
  const waits = Array.from({ length: 3 }, () => waitOf(() => throttle.attempt('ada', '::1')))
  expect(waits).toEqual([0, 0, 0])
})
