import { describe, expect, it } from 'vitest'
import { snippetOf } from './snippet.ts'

const marked = (text: string, terms: string[], phrases: string[] = []) => {
  const { snippet, marks } = snippetOf(text, { terms, phrases, excluded: [] })
  return { snippet, marked: marks.map(([start, end]) => snippet.slice(start, end)) }
}

const FILLER = 'Nothing of interest is said in this sentence at all. '

describe('a snippet', () => {
  it('marks whole words and their beginnings, as they are written', () => {
    expect(
      marked('Die Müllers prüften Straßen, die\nStrasse nicht.', ['muller', 'strasse']),
    ).toEqual({
      snippet: 'Die Müllers prüften Straßen, die Strasse nicht.',
      marked: ['Müllers', 'Straßen', 'Strasse'],
    })
  })

  it('marks neighbours as one, and a phrase only where it stands', () => {
    expect(marked('The cooling loop. A loop, cooling.', ['cooling', 'loop']).marked).toEqual([
      'cooling loop',
      'loop',
      'cooling',
    ])
    expect(marked('A loop of cooling: cooling loop', [], ['cooling loop']).marked).toEqual([
      'cooling loop',
    ])
  })

  it('shows the place with most different words, from the start of its sentence', () => {
    const text = `${FILLER.repeat(4)}The budget. ${FILLER.repeat(8)}Our budget and plan agree. ${FILLER.repeat(8)}`
    const { snippet, marked: marks } = marked(text, ['budget', 'plan'])
    expect(snippet.startsWith('… Our budget and plan agree.')).toBe(true)
    expect(marks).toEqual(['budget', 'plan'])
    expect(snippet.length).toBeLessThanOrEqual(280)
    expect(snippet.endsWith(' …')).toBe(true)
  })

  it('never passes 280 characters, and its marks never leave it', () => {
    const texts = [
      'budget '.repeat(300),
      'x'.repeat(900),
      `${'y'.repeat(500)} budget`,
      'budget',
      '',
    ]
    for (const text of texts) {
      const { snippet, marks } = snippetOf(text, { terms: ['budget'], phrases: [], excluded: [] })
      expect(snippet.length).toBeLessThanOrEqual(280)
      for (const [start, end] of marks)
        expect(0 <= start && start < end && end <= snippet.length).toBe(true)
    }
  })

  it('begins at the beginning when nothing matched', () => {
    expect(marked(FILLER.repeat(10), ['zebra']).snippet.startsWith('Nothing of interest')).toBe(
      true,
    )
  })
})
