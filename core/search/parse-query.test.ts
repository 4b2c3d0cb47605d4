import { describe, expect, it } from 'vitest'
import { parseQuery } from './parse-query.ts'

describe('a query', () => {
  it('is words, phrases and excluded words', () => {
    expect(parseQuery('budget "annual report" 2024 -draft -"first version"')).toEqual({
      terms: ['budget', '2024'],
      phrases: ['annual report'],
      excluded: ['first version', 'draft'],
      meaning: 'budget 2024 annual report',
    })
  })

  it('knows the quotes of other languages, and leaves single ones alone', () => {
    expect(parseQuery('„Haus am See“ «été»').phrases).toEqual(['Haus am See', 'été'])
    expect(parseQuery('7" pipe').terms).toEqual(['7"', 'pipe'])
    expect(parseQuery('"unclosed words').terms).toEqual(['"unclosed', 'words'])
  })

  it('leaves out the commonest words unless there are no others', () => {
    expect(parseQuery('what does the travel policy say').terms).toEqual(['travel', 'policy', 'say'])
    expect(parseQuery('the who').terms).toEqual(['the', 'who'])
    expect(parseQuery('to be or "not to be"').terms).toEqual([])
  })

  it('takes a hyphen inside a word, and one alone, as no sign', () => {
    expect(parseQuery('e-mail - x-ray')).toMatchObject({ terms: ['e-mail', 'x-ray'], excluded: [] })
  })

  it('names a word once, however often and however it is written', () => {
    expect(parseQuery('Budget budget BUDGÉT').terms).toHaveLength(1)
  })

  it('is refused when it asks for nothing, or for too much', () => {
    for (const nothing of ['', '  ', '"', '-- !?', '-draft', '😀']) {
      expect(() => parseQuery(nothing), nothing).toThrow(
        expect.objectContaining({ code: 'bad_request', reason: 'QUERY_EMPTY' }),
      )
    }
    expect(() => parseQuery('x'.repeat(513))).toThrow(
      expect.objectContaining({ code: 'bad_request', reason: 'QUERY_TOO_LONG' }),
    )
    expect(
      parseQuery(
        Array.from({ length: 200 }, (_, i) => i)
          .join(' ')
          .slice(0, 512),
      ).terms,
    ).toHaveLength(32)
  })
})
