import { expect, it } from 'vitest'
import { accessExact } from './access-exact.ts'

it('M3 access exact: over random changes of rights nobody is told of what is not theirs, in the very next question', async () => {
  const { foreign, wrong, afterLoss, questions } = await accessExact(400, 1)
  expect({ questions, foreign, wrong }).toEqual({ questions: 400, foreign: [], wrong: [] })
  expect(afterLoss).toBeGreaterThan(0)
}, 300_000)
