import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { parserFile } from '../../core/pipeline/parser-file.ts'
import type { Parser } from '../../core/ports/parser.ts'
import { fileOf } from '../../tests/open-file.ts'
import { csvParser } from './csv.ts'
import { markdownParser } from './markdown.ts'
import { plainParser } from './plain.ts'

async function read(parser: Parser, bytes: Uint8Array | string) {
  const { fd } = await fileOf(bytes)
  return parser.extract(parserFile(fd, 'text/plain'), () => undefined)
}

const encoded = (text: string, encoding: string) =>
  execFileSync('iconv', ['-f', 'utf-8', '-t', encoding], { input: text })

const GERMAN =
  'Die Größe der Öltanks übersteigt die Höhe der Türme, und der Wärter prüft sie täglich.'
const POLISH =
  'Latarnik zapala światło godzinę przed zachodem słońca i zapisuje minutę w zielonej księdze.'
const RUSSIAN = 'Смотритель зажигает лампу за час до заката и записывает минуту в зелёную книгу.'
const JAPANESE =
  '灯台守は日没の一時間前に灯をともし、緑の帳面にその時刻を書き留める。毎週月曜日に油を数える。'

it.each([
  ['utf-8', GERMAN, Buffer.from(GERMAN)],
  ['utf-8', GERMAN, Buffer.from(`\ufeff${GERMAN}`)],
  ['utf-16le', GERMAN, Buffer.from(`\ufeff${GERMAN}`, 'utf16le')],
  ['utf-16le', GERMAN, Buffer.from(GERMAN, 'utf16le')],
  ['utf-16be', GERMAN, Buffer.from(GERMAN, 'utf16le').swap16()],
  ['iso-8859-1', GERMAN, Buffer.from(GERMAN, 'latin1')],
  ['iso-8859-2', POLISH, encoded(POLISH, 'iso-8859-2')],
  ['windows-1251', RUSSIAN, encoded(RUSSIAN, 'windows-1251')],
  ['koi8-r', RUSSIAN, encoded(RUSSIAN, 'koi8-r')],
  ['euc-jp', JAPANESE, encoded(JAPANESE, 'euc-jp')],
  ['shift_jis', JAPANESE, encoded(JAPANESE, 'shift_jis')],
])('reads %s', async (encoding, text, bytes) => {
  const draft = await read(plainParser, bytes)
  expect(draft.parts[0]?.text.replace('\ufeff', '')).toBe(text)
  expect(draft.metadata.encoding).toBe(encoding)
})

it('refuses data that calls itself text', async () => {
  const reading = read(plainParser, Buffer.from([1, 0, 2, 255, 0, 0, 254, 7, 0, 9, 9, 0, 1]))
  await expect(reading).rejects.toMatchObject({ reason: 'NO_TEXT_IN_TYPE' })
})

it('cuts long text at blank lines, and each part knows its first line', async () => {
  const lines = Array.from({ length: 900 }, (_, n) =>
    n % 10 === 9 ? '' : `This is line ${n + 1}.`,
  )
  const { parts } = await read(plainParser, `\n\n${lines.join('\r\n')}`)
  expect(parts.length).toBeGreaterThan(2)
  for (const { text, locator } of parts) {
    expect(text).toMatch(new RegExp(`^This is line ${(locator.line ?? 0) - 2}\\.`))
  }
})

it('reads Markdown section by section, without its marks', async () => {
  const { parts, metadata } = await read(
    markdownParser,
    `---
title: "Oil ledger"
---
Before all.

# Oil

Ask **Jonas** at [the harbour](https://harbour.example) for \`two\` barrels.

\`\`\`
# not a heading
\`\`\`

Rope
----

Tarred.
`,
  )
  expect(metadata.title).toBe('Oil ledger')
  expect(parts).toEqual([
    { text: 'Before all.', locator: {} },
    {
      text: 'Oil\n\nAsk Jonas at the harbour for two barrels.\n\n# not a heading',
      locator: { heading: 'Oil' },
    },
    { text: 'Rope\n\nTarred.', locator: { heading: 'Rope' } },
  ])
})

it.each([
  [',', 'Name,Note\r\nRope,"tarred, ""long"""\r\nOil,"two\nlines"\r\n'],
  [';', 'Name;Note\nRope;"tarred, ""long"""\nOil;"two\nlines"'],
  ['\t', 'Name\tNote\nRope\t"tarred, ""long"""\nOil\t"two\nlines"'],
  ['|', 'sep=|\nName|Note\nRope|"tarred, ""long"""\nOil|"two\nlines"'],
])('reads values separated by %j, quotes and line ends inside them too', async (_d, text) => {
  const { parts } = await read(csvParser, text)
  expect(parts[0]?.text).toContain('Rope\ttarred, "long"\nOil\ttwo lines')
  expect(parts[0]?.locator).toMatchObject({ sheet: 'Sheet1' })
})

it('repeats the header row over later rows, and names their cells', async () => {
  const rows = Array.from({ length: 90 }, (_, n) => `${n + 1},Barrel ${n + 1}`)
  const { parts } = await read(csvParser, ['Week,Content', ...rows].join('\n'))
  expect(parts.map((part) => part.locator.cells)).toEqual(['A1:B40', 'A41:B80', 'A81:B91'])
  expect(parts[2]?.text).toMatch(/^Week\tContent\n80\tBarrel 80\n/)
})
