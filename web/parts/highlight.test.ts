import { expect, it } from 'vitest'
import { splitByMarks } from './highlight.tsx'

const shown = (text: string, marks: number[][]) =>
  splitByMarks(text, marks)
    .map((piece) => (piece.marked ? `[${piece.text}]` : piece.text))
    .join('')

it('marks what is asked and loses nothing', () => {
  expect(shown('the cooling loop', [[4, 11]])).toBe('the [cooling] loop')
})

it('tidies marks that overlap, stray or come in any order', () => {
  expect(
    shown('abcdef', [
      [4, 99],
      [1, 3],
      [2, 4],
      [7, 9],
    ]),
  ).toBe('a[bc][d][ef]')
})

it('does not mark blank lines', () => {
  expect(shown('one\n\ntwo', [[0, 8]])).toBe('[one]\n\n[two]')
})
