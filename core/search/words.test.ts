import { describe, expect, it } from 'vitest'
import { foldedWords, wordsIn } from './words.ts'

describe('words', () => {
  it('compare without case, accents, ligatures and width', () => {
    expect(foldedWords('Müller ÉCOLE straße oﬃce ＡＢＣ Łódź')).toEqual(
      foldedWords('muller ecole strasse office abc lodz'),
    )
  })

  it('are not cut by soft hyphens or zero-width signs', () => {
    expect(foldedWords('infor\u00admation zero\u200bwidth')).toEqual(['information', 'zerowidth'])
  })

  it('split numbers and codes at their punctuation', () => {
    expect(foldedWords('INV-2024/001: 1,5 %')).toEqual(['inv', '2024', '001', '1', '5'])
  })

  it('are single characters in scripts without spaces, marks attached', () => {
    expect(foldedWords('東京tower 2024年')).toEqual(['東', '京', 'tower', '2024', '年'])
    expect(foldedWords('ที่')).toEqual(['ที่'])
  })

  it('keep the vowel signs of Indic scripts', () => {
    expect(foldedWords('हिन्दी')).toEqual(['हिन्दी'])
  })

  it('say where they stand in the original text', () => {
    const text = 'Die „Straße“ 東京'
    expect(Array.from(wordsIn(text), ({ start, end }) => text.slice(start, end))).toEqual([
      'Die',
      'Straße',
      '東',
      '京',
    ])
  })
})
