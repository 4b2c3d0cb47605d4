import { describe, expect, it } from 'vitest'
import { findPassage, longestMark, passageOf } from './passage.ts'

const found = (text: string, passage: string, query = '') =>
  findPassage(text, passage, query).map(([start, end]) => text.slice(start, end))

describe('the passage of a snippet', () => {
  it('is the sentence that holds the marks', () => {
    const snippet = '… of the year. The loop is inspected every 400 hours. Inspectors record it …'
    const at = snippet.indexOf('every 400')
    expect(passageOf(snippet, [[at, at + 9]])).toBe('The loop is inspected every 400 hours.')
  })

  it('spans sentences when the marks do', () => {
    expect(
      passageOf('One a. Two b. Three c.', [
        [4, 5],
        [11, 12],
      ]),
    ).toBe('One a. Two b.')
  })

  it('begins the snippet when nothing is marked', () => {
    expect(passageOf('… close in meaning only. More text follows …', [])).toBe(
      'close in meaning only.',
    )
  })

  it('stays short enough for an address', () => {
    const long = 'word '.repeat(200)
    expect(
      passageOf(long, [
        [0, 4],
        [900, 904],
      ]).length,
    ).toBeLessThanOrEqual(240)
  })
})

it('takes the longest run of words from rows of a table', () => {
  expect(
    longestMark('7 pump 0.2 cooling loop 4', [
      [2, 6],
      [11, 23],
    ]),
  ).toBe('cooling loop')
  expect(longestMark('7 pump', [])).toBe('')
})

describe('finding a passage', () => {
  it('finds it over line ends, hyphens, ligatures and accents', () => {
    const text = 'First line. The e\ufb03cient cool-\ning of Malmo\u0308 is\nchecked. Last.'
    expect(found(text, 'The efficient cooling of Malmö is checked.')).toEqual([
      'The e\ufb03cient cool-\ning of Malmo\u0308 is\nchecked.',
    ])
  })

  it('finds runs of words when a footer stands in between', () => {
    const text = 'the loop is inspected every four hundred Page 7 hours of its operation by staff'
    const passage = 'the loop is inspected every four hundred hours of its operation by staff'
    expect(found(text, passage)).toEqual([
      'the loop is inspected every four hundred',
      'hours of its operation by staff',
    ])
  })

  it('marks the words of the query when the passage is not there', () => {
    expect(found('Pumps and a pump. Trumpets.', 'somewhere else entirely', 'the pump')).toEqual([
      'Pump',
      'pump',
    ])
  })

  it('finds nothing in a page without text', () => {
    expect(found('', 'any passage', 'any')).toEqual([])
  })
})
