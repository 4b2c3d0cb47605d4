import { describe, expect, it } from 'vitest'
import type { TextPart } from '../../../api-types.ts'
import { marksIn, partsAt, within } from './marks.ts'

const slides: TextPart[] = [1, 2, 3].map((slide) => ({
  text: `Slide ${slide}. The loop is inspected.`,
  locator: { slide },
}))

describe('the marks of a text view', () => {
  it('stand on the slide the hit names, though others say the same', () => {
    const marks = marksIn(slides, { slide: 2, hit: 'The loop is inspected.' })
    expect([...marks.keys()]).toEqual([1])
    expect(marks.get(1)).toEqual([[9, 31]])
  })

  it('fall back to the words of the query in that place', () => {
    const marks = marksIn(slides, { slide: 3, hit: 'gone from here', q: 'loop' })
    expect(marks.get(2)).toEqual([[13, 17]])
  })

  it('are nowhere while the part that is meant has not come yet', () => {
    expect(marksIn(slides, { slide: 9, q: 'loop' }).size).toBe(0)
  })

  it('stand on the entry of an archive that the hit names, though others begin alike', () => {
    const entries: TextPart[] = ['plans/oil.txt', 'plans/oil.txt.bak'].map((path) => ({
      text: path,
      locator: { path },
    }))
    const marks = marksIn(entries, { path: 'plans/oil.txt.bak', q: 'oil', hit: 'oil' })
    expect([...marks.keys()]).toEqual([1])
  })

  it('stand in the part a line lies in', () => {
    const parts: TextPart[] = [1, 40, 90].map((line) => ({ text: 'x', locator: { line } }))
    expect(partsAt(parts, { line: 60 })).toEqual([1])
  })

  it('take the sheet when its cells were cut differently', () => {
    const parts: TextPart[] = [{ text: 'a', locator: { sheet: 'Q3', cells: 'A1:B9' } }]
    expect(partsAt(parts, { sheet: 'Q3', cells: 'A1:B4' })).toEqual([0])
  })

  it('are cut to the line they reach into', () => {
    expect(within([[2, 9]], 5, 20)).toEqual([[0, 4]])
    expect(within([[2, 9]], 9, 20)).toEqual([])
  })
})
