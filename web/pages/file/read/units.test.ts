import { expect, it } from 'vitest'
import { rangesOf } from './units.ts'

it('writes runs of pages as people do, in order and each once', () => {
  expect(rangesOf([9, 3, 7, 8, 3], String)).toBe('3, 7–9')
  expect(rangesOf([1, 2], String)).toBe('1–2')
  expect(rangesOf([], String)).toBe('')
})
