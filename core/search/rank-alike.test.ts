import { describe, expect, it } from 'vitest'
import { rankAlike } from './rank-alike.ts'

const rank = (query: string, ...texts: string[]) =>
  rankAlike(
    texts.map((text) => ({ text })),
    query,
  ).map(({ text }) => text)

describe('likeness of texts to a query', () => {
  it('puts other forms and misspellings of all its words above some of its words', () => {
    const texts = [
      'the crane in Ellerby',
      'dredgers were painted',
      'the dredger in Ellerby was painted',
    ]
    expect(rank('painting dredgers Ellrby', ...texts)[0]).toBe(texts[2])
    expect(rank('Kräne geprft', 'der Zaun geprüft', 'der Kran wird geprüft')[0]).toContain('Kran')
  })

  it('takes no number for a misspelling of another', () => {
    const texts = ['invoice 2024-0173', 'invoice 2024-0171', 'note17exactly', 'note1exactly']
    expect(rank('note17exactly', ...texts)).toEqual(['note17exactly'])
    expect(rank('notes17exactly', ...texts)).toEqual(['note17exactly'])
    expect(rank('0173', ...texts)).toEqual(['invoice 2024-0173'])
  })

  it('counts a rare word for more than one that is everywhere', () => {
    const texts = ['budget of the office', 'budget of the harbour', 'budget of the school']
    expect(rank('harbor budget', ...texts)[0]).toBe(texts[1])
  })

  it('leaves equals as they came, and texts out that have less than half of the query', () => {
    expect(rank('steam engine', 'an engine of steam', 'steam and engine')).toHaveLength(2)
    expect(rank('steam engine', 'an engine of steam', 'steam and engine')[0]).toContain('an ')
    expect(rank('steam engine works plan', 'steam')).toEqual([])
    expect(rank('qwertz uiopasdf', 'the contractor keeps a diary', 'zebra')).toEqual([])
  })
})
