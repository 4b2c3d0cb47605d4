import { expect, it } from 'vitest'
import type { UnreadFile } from '../../../api-types.ts'
import { isPartly, tallyOf } from './tally.ts'

const file = (state: 'partial' | 'failed', done: number | null): UnreadFile => ({
  document: { id: 'd', name: 'a.pdf', folder: '', chapter_id: 'c' },
  coverage: done === null ? null : { unit: 'page', done, total: 20, missing: [] },
  problems: [
    {
      modality: 'ocr',
      step: 'ocr',
      state,
      coverage: null,
      reason: null,
      message: null,
      failed_units: [],
      confidence: null,
      unit_confidence: [],
      hard_units: [],
      action: 'retry',
    },
  ],
})

it('counts a file of which some was read as partly read, never as understood', () => {
  expect(isPartly(file('failed', 13))).toBe(true)
  expect(isPartly(file('failed', 0))).toBe(false)
  expect(isPartly(file('failed', null))).toBe(false)
  const items = [file('partial', 0), file('failed', 3), file('failed', null)]
  expect(tallyOf({ files: 100, waiting: 0, unread: 3 }, items)).toEqual({
    understood: 97,
    waiting: 0,
    unread: 3,
    partly: 2,
    not: 1,
  })
})

it('does not tell partly from not before all of them are known', () => {
  const tally = tallyOf({ files: 100, waiting: 5, unread: 60 }, [file('partial', 1)])
  expect(tally).toEqual({ understood: 35, waiting: 5, unread: 60 })
})
