import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { extractorContract } from '../../tests/contracts/extractor.ts'
import { fixture, openFile } from '../../tests/open-file.ts'
import { childExtractor } from './extractor.ts'

const extractor = () =>
  childExtractor({
    command: [process.execPath, join(import.meta.dirname, '../../worker/parse/main.ts')],
    limits: { memoryBytes: 700 * 1024 * 1024, cpuSeconds: 60, wallMs: 60_000 },
  })

extractorContract('child', extractor)

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
