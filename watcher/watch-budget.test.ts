import { expect, it } from 'vitest'
import { watchBudget } from './watch-budget.ts'

const folders = (count: number) => ({ folders: count, entries: count })

it('gives half of what the kernel has, a watch for each folder', () => {
  expect(watchBudget(() => 8_192).claim('a', folders(4_096))).toBeUndefined()
  expect(watchBudget(() => 8_192).claim('a', folders(4_097))).toContain('max_user_watches')
})

it('listens to no more files than memory is for, however many watches there are', () => {
  const budget = watchBudget(() => 1_000_000)
  expect(budget.claim('a', { folders: 10, entries: 6_000 })).toBeUndefined()
  expect(budget.claim('b', { folders: 10, entries: 4_001 })).toContain('4001 files and folders')
  expect(budget.claim('b', { folders: 10, entries: 4_000 })).toBeUndefined()
})

it('counts what each share has, and gives all or nothing', () => {
  const budget = watchBudget(() => 200)
  const got = [budget.claim('a', folders(60)), budget.claim('b', folders(41))]
  expect([...got, budget.claim('b', folders(40))]).toEqual([
    undefined,
    expect.stringContaining('41 watches'),
    undefined,
  ])
  expect(budget.claim('a', folders(61))).toBeDefined()
  expect(budget.claim('b', folders(100))).toBeUndefined()
  budget.giveBack('b')
  expect(budget.claim('c', folders(100))).toBeUndefined()
})

it('follows the kernel when its limit is raised', () => {
  let limit = 100
  const budget = watchBudget(() => limit)
  expect(budget.claim('a', folders(80))).toBeDefined()
  limit = 200
  expect(budget.claim('a', folders(80))).toBeUndefined()
})
