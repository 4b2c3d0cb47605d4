import { describe, expect, it } from 'vitest'
import { beginAt, indexAt, marksIn, spokenOf } from './segments.ts'

const spoken = spokenOf([
  { text: 'Harbour talk', locator: {} },
  { text: 'The lamp is lit.', locator: { start_ms: 0, end_ms: 4000 } },
  { text: 'The keeper goes to bed.', locator: { start_ms: 4000, end_ms: 9000 } },
  { text: 'At dawn the lamp goes out.', locator: { start_ms: 61_500, end_ms: 66_000 } },
])

describe('what is said', () => {
  it('leaves out words that have no time', () => {
    expect(spoken.map(({ startMs }) => startMs)).toEqual([0, 4000, 61_500])
  })

  it('is found by the time, also in the pause after it', () => {
    expect([0, 3999, 4000, 30_000, 70_000].map((ms) => indexAt(spoken, ms))).toEqual([
      0, 0, 1, 1, 2,
    ])
    expect(indexAt(spoken, -1)).toBe(-1)
  })

  it('opens at the sentence of a hit that has the words, and marks them', () => {
    const place = { q: 'dawn', at: 4 }
    const marks = marksIn(spoken, place)
    expect([...marks]).toEqual([[2, [[3, 7]]]])
    expect(beginAt(spoken, marks, place)).toBe(61.5)
    expect(beginAt(spoken, new Map(), { at: 4 })).toBe(4)
    // A hit that begins with the recording has no second in its address.
    expect(beginAt(spoken, marksIn(spoken, { q: 'bed' }), { q: 'bed' })).toBe(4)
    expect(beginAt(spoken, new Map(), {})).toBeUndefined()
  })
})
