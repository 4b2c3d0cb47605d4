import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { childExtractor } from '../adapters/child/extractor.ts'
import type { Locator } from '../core/model/locator.ts'
import { leaveCorpus } from '../tests/made-corpus.ts'
import { openFile } from '../tests/open-file.ts'
import { flat, type Question } from './corpus-ask.ts'

const folder = mkdtempSync(join(tmpdir(), 'onefold-corpus-test-'))
const out = join(folder, 'documents')
afterAll(() => leaveCorpus(folder))

const extractor = childExtractor({
  command: [process.execPath, join(import.meta.dirname, '../worker/parse/main.ts')],
  limits: { memoryBytes: 700 * 1024 * 1024, cpuSeconds: 120, wallMs: 120_000 },
})

async function read(path: string) {
  const file = await openFile(join(out, path))
  const { mediaType } = await extractor.probe(file, basename(path))
  return extractor.extract(file, mediaType, new AbortController().signal)
}

/** Lines and cells are asked for one by one, and read in runs. */
const isAt = (asked: Locator, read: Locator): boolean =>
  asked.line === undefined && asked.cells === undefined
    ? (Object.keys(asked) as (keyof Locator)[]).every((key) => read[key] === asked[key])
    : asked.sheet === read.sheet

describe.runIf(existsSync('/usr/bin/soffice'))('the corpus', () => {
  it('is a folder of forty files or more, of every kind that is read', () => {
    execFileSync(join(import.meta.dirname, 'corpus'), [out])
    const { files } = known()
    expect(files.length).toBeGreaterThanOrEqual(40)
    expect(files.filter((path) => !existsSync(join(out, path)))).toEqual([])
    const formats = new Set(files.map((path) => path.split('.').pop()))
    const wanted = 'csv docx eml epub html jpg md odp ods odt pdf png pptx rtf txt xlsx'
    expect(wanted.split(' ').filter((format) => !formats.has(format))).toEqual([])
  }, 180_000)

  it('asks for a sentence on page 7 of a PDF, among others', () => {
    const { questions } = known()
    expect(questions.some(({ locator }) => locator.page === 7)).toBe(true)
    expect(questions.length).toBeGreaterThanOrEqual(10)
  })

  it('can be answered: every sentence is read where its source says', async () => {
    const wrong: Question[] = []
    for (const question of known().questions) {
      const { parts } = await read(question.file)
      const found = parts.filter(({ text }) => flat(text).includes(question.sentence))
      if (!found.some(({ locator }) => isAt(question.locator, locator))) wrong.push(question)
    }
    expect(wrong).toEqual([])
  }, 120_000)
})

const known = (): { files: string[]; questions: Question[] } =>
  JSON.parse(readFileSync(join(folder, 'corpus.json'), 'utf8'))
