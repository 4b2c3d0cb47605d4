import { expect, it } from 'vitest'
import { manualClock } from '../tests/manual-clock.ts'
import { pace } from './pace.ts'

const MIB = 2 ** 20

function opened(waiting: () => Promise<number> = async () => 0) {
  const clock = manualClock()
  const speed = pace(clock, waiting)
  const store = (files: number, tookMs: number) => {
    for (let i = 0; i < files; i++) {
      speed.began(1)
      speed.ended([1], tookMs)
    }
  }
  return { clock, speed, store }
}

it('stores more files at a time while they go through quickly, and half as many when they do not', () => {
  const { speed, store } = opened()
  expect(speed.lanes()).toBe(8)
  store(8, 20)
  expect(speed.lanes()).toBe(16)
  store(500, 20)
  expect(speed.lanes()).toBe(64)
  store(1, 1_500)
  expect(speed.lanes()).toBe(32)
  store(32, 20)
  expect(speed.lanes()).toBeLessThan(34)
  store(10, 5_000)
  expect(speed.lanes()).toBe(2)
  store(10, 20)
  expect(speed.lanes()).toBeGreaterThan(2)
})

it('takes as many as there are lanes, and few large ones among them', () => {
  const { speed } = opened()
  for (let i = 0; i < 3; i++) speed.began(100 * MIB)
  expect([speed.mayTake(100 * MIB), speed.mayTake(1)]).toEqual([false, true])
  for (let i = 0; i < 5; i++) speed.began(1)
  expect(speed.mayTake(1)).toBe(false)
  speed.ended([100 * MIB], 60_000)
  expect([speed.mayTake(100 * MIB), speed.lanes()]).toEqual([true, 8])
})

it('walks while a long queue waits to be understood, or nobody can say', async () => {
  let jobs: number | undefined = 20_001
  const { clock, speed, store } = opened(async () => {
    if (jobs === undefined) throw new Error('away')
    return jobs
  })
  store(100, 20)
  const lanesNow = async () => {
    clock.advance(5_000)
    speed.mayTake(1)
    await Promise.resolve()
      .then(() => {})
      .then(() => {})
    return speed.lanes()
  }
  expect(await lanesNow()).toBe(2)
  jobs = 20_000
  expect(await lanesNow()).toBeGreaterThan(4)
  jobs = undefined
  expect(await lanesNow()).toBe(2)
})

it('allows many files that are taken together the time of many', () => {
  const { speed } = opened()
  for (let i = 0; i < 8; i++) speed.began(1)
  speed.ended(Array(8).fill(1), 1_300)
  expect(speed.lanes()).toBe(16)
  speed.began(1)
  speed.ended([1], 1_300)
  expect(speed.lanes()).toBe(8)
})
