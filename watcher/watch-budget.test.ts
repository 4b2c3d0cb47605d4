import { expect, it } from 'vitest'
import { watchBudget } from './watch-budget.ts'

it('gives half of what the kernel has, and never more than memory is for', () => {
  expect(watchBudget(() => 8_192).total()).toBe(4_096)
  expect(watchBudget(() => 1_000_000).total()).toBe(10_000)
})

it('counts what each share has, and gives all or nothing', () => {
  const budget = watchBudget(() => 200)
  expect([budget.claim('a', 60), budget.claim('b', 41), budget.claim('b', 40)]).toEqual([
    true,
    false,
    true,
  ])
  expect(budget.claim('a', 61)).toBe(false)
  expect(budget.claim('b', 100)).toBe(true)
  budget.giveBack('b')
  expect(budget.claim('c', 100)).toBe(true)
})

it('follows the kernel when its limit is raised', () => {
  let limit = 100
  const budget = watchBudget(() => limit)
  expect(budget.claim('a', 80)).toBe(false)
  limit = 200
  expect(budget.claim('a', 80)).toBe(true)
})
