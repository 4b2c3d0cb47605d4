import type { TFunction } from 'i18next'
import { expect, it } from 'vitest'
import type { Format } from '../../../parts/format.ts'
import { whyLines } from './why-lines.ts'

const t = ((key: string, { list = '' }: { list?: string } = {}) =>
  `${key} ${list}`.trim()) as unknown as TFunction
const format = { number: String, clock: (ms: number) => `${ms / 1000}s` } as unknown as Format

const gap = { reason: 'PARSER_DIED', message: 'The reader died.' }
const coverage = { unit: 'page' as const, done: 1, total: 9 }

it('says by its code why each place was not read, and by the words of the server what has none', () => {
  const missing = ['pages 3 to 5: The reader died.', 'the end of the file is missing']
  const gaps = [{ unit: 'page' as const, from: 3, to: 5, ...gap }]
  expect(whyLines(t, format, { ...coverage, missing, gaps })).toEqual([
    'read.gap 3–5: read.because.PARSER_DIED',
    'the end of the file is missing',
  ])
  const minutes = [{ unit: 'ms' as const, from: 0, to: 30_000, reason: 'NEW', message: 'Oh.' }]
  expect(
    whyLines(t, format, { ...coverage, missing: ['0:00 to 0:30: Oh.'], gaps: minutes }),
  ).toEqual(['0s–30s: Oh.'])
})

it('does not say for a place what is said of the whole file', () => {
  const missing = ['It has a password.']
  expect(whyLines(t, format, { ...coverage, missing }, 'It has a password.')).toEqual([])
  expect(whyLines(t, format, { ...coverage, missing })).toEqual(missing)
})
