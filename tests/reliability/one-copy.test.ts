import { expect, it } from 'vitest'
import { isWell } from './audit.ts'
import { isOneCopy, oneCopy } from './one-copy.ts'

it('M1 one copy: what many bring by three doors lies on the disk once, and all of it reads back', async () => {
  const result = await oneCopy({ people: 4, filesEach: 24 })
  expect(result.files).toBe(96)
  expect(result).toSatisfy(isOneCopy)
  expect(result.audit).toSatisfy(isWell)
}, 300_000)
