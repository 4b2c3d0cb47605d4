import { expect, it } from 'vitest'
import { check, OURS, V1 } from './gc-model-check.ts'

it('B5 gc-model-check: no order of steps and no crash loses, doubles or leaks a content', async () => {
  const explored = await check('an upload, a removal, a sweep', OURS)
  expect(explored.violation).toBeUndefined()
  expect(explored.isComplete).toBe(true)
  expect(explored.states).toBeGreaterThan(100)
  expect(explored.crashes).toBeGreaterThan(10)
}, 300_000)

it('B5 gc-model-check: a path that is the hash loses data, without any crash', async () => {
  const { violation } = await check('an upload, a removal, a sweep', V1)
  expect(violation?.what).toMatch('data loss')
}, 300_000)
