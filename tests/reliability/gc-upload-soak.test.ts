import { expect, it } from 'vitest'
import { isWell } from './audit.ts'
import { soak } from './gc-upload-soak.ts'

it('B6 gc-upload-soak: sweeping without grace beside clients, nobody is told anything wrong', async () => {
  const result = await soak({ seconds: 4, kind: 'small', clients: 4, sweepMs: 250, pauseMs: 0 })
  expect(result.errors).toEqual([])
  expect(result.audit).toSatisfy(isWell)
  expect(result.events).toBeGreaterThan(3)
}, 300_000)
