import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { zipOf } from '../../scripts/corpus-pack.ts'
import { extractorContract } from '../../tests/contracts/extractor.ts'
import { fileOf, fixture, openFile } from '../../tests/open-file.ts'
import { childExtractor } from './extractor.ts'

const extractor = () =>
  childExtractor({
    command: [process.execPath, join(import.meta.dirname, '../../worker/parse/main.ts')],
    limits: { memoryBytes: 700 * 1024 * 1024, cpuSeconds: 60, wallMs: 60_000 },
  })

extractorContract('child', extractor)

it('carries answers that are far larger than a pipe, from whatever parser', async () => {
  const paragraph = `<p>${'The keeper writes the minute into the green book. '.repeat(40)}</p>`
  const chapter = `<html xmlns="http://www.w3.org/1999/xhtml"><body>${paragraph.repeat(1000)}</body></html>`
  const book = zipOf([
    [
      'META-INF/container.xml',
      '<container><rootfiles><rootfile full-path="a.opf"/></rootfiles></container>',
    ],
    [
      'a.opf',
      '<package><manifest><item id="c" href="c.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="c"/></spine></package>',
    ],
    ['c.xhtml', chapter],
  ])
  const file = await fileOf(book)
  const { mediaType } = await extractor().probe(file, 'book')
  const { wordCount } = await extractor().extract(file, mediaType, new AbortController().signal)
  expect(wordCount).toBe(1000 * 40 * 9)
})

describe('office files of before 2007', () => {
  const hasLibreOffice = existsSync('/usr/bin/soffice')

  it.runIf(hasLibreOffice).each([
    ['handbook.doc', 'application/msword', 'Two black cones mean a gale'],
    ['stores.xls', 'application/vnd.ms-excel', 'Tarred hawser\t120'],
  ])('are converted and read: %s', async (name, type, words) => {
    const file = await openFile(fixture(name))
    expect(await extractor().probe(file, 'unnamed')).toMatchObject({ mediaType: type })
    const { parts } = await extractor().extract(file, type, new AbortController().signal)
    expect(parts.map((part) => part.text).join('\n')).toContain(words)
  })
})
