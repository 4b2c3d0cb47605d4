import { expect, it } from 'vitest'
import { isWell } from './audit.ts'
import { killLoop } from './kill9-loop.ts'

it('B1 kill9-loop: twenty kills at random moments lose, double and leave nothing', async () => {
  const result = await killLoop({ kind: 'small', kills: 20, workMs: 1500, seed: 1 })
  expect(result.bad).toEqual([])
  expect(result.errors).toEqual([])
  expect(result.last).toSatisfy(isWell)
  expect(result.events).toBeGreaterThan(5)
}, 600_000)
