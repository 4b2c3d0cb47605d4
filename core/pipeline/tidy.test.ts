import { expect, it } from 'vitest'
import type { Part } from '../model/locator.ts'
import { tidy } from './tidy.ts'

const draft = (...texts: string[]) => ({
  parts: texts.map((text, at): Part => ({ text, locator: { page: at + 1 } })),
  coverage: { unit: 'page' as const, done: texts.length, total: texts.length, missing: [] },
  metadata: {},
})

it('leaves parts that have text, without control and invisible characters', () => {
  const { parts } = tidy(draft('  \n\u0000', 'a\u0007lamp \r\nex\u00adtra\u200b  \n\n\n\nlit\f'))
  expect(parts).toEqual([{ text: 'alamp\nextra\n\nlit', locator: { page: 2 } }])
})

it('leaves every line of a text at its number, and code as it is indented', () => {
  const part: Part = { text: '  if a:\r\n\n\n\n    b()\u0007 \f\n\nc\n\n', locator: { line: 40 } }
  const { parts } = tidy({
    ...draft(),
    parts: [part, { text: '\u0007 \n', locator: { line: 50 } }],
  })
  expect(parts).toEqual([{ text: '  if a:\n\n\n\n    b()\n\nc', locator: { line: 40 } }])
})

it('mends half characters, which no store of text takes', () => {
  expect(tidy(draft('a\ud83db')).parts[0]?.text).toBe('a\ufffdb')
})

it('keeps so many bytes of text and says that there was more', () => {
  const { parts, partialReason, coverage } = tidy(draft('öööö', 'öööö', 'never'), 13)
  expect(parts.map((part) => part.text)).toEqual(['öööö', 'öö'])
  expect(partialReason).toBe('TEXT_LIMIT')
  expect(coverage.missing).toEqual(['text beyond 13 bytes was not read'])
})

it('counts words in any script', () => {
  expect(tidy(draft("The keeper's lamp, lit 5 times", 'Größe 12.5 Смотритель')).wordCount).toBe(9)
})

it('drops empty metadata and shortens endless ones', () => {
  const metadata = { title: ' Oil\n ledger ', author: '', subject: 'x'.repeat(900) }
  const tidied = tidy({ ...draft('x'), metadata }).metadata
  expect(tidied).toEqual({ title: 'Oil ledger', subject: 'x'.repeat(500) })
})
