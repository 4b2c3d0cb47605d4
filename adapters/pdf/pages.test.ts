import { expect, it } from 'vitest'
import { parserFile } from '../../core/pipeline/parser-file.ts'
import { fileOf } from '../../tests/open-file.ts'
import { pagesDraft } from './pages.ts'

async function draft(texts: string[], pageCount = texts.length, tail = '%%EOF') {
  const { fd } = await fileOf(`%PDF-1.7 ${tail}`)
  const file = parserFile(fd, 'application/pdf')
  return pagesDraft(file, {
    texts,
    pageCount,
    blank: new Set(),
    filled: new Set([5]),
    metadata: {},
  })
}

it('leaves pages without text, and those with a stamp on a picture, to OCR', async () => {
  const { coverage, scannedPages, parts } = await draft(['one', '', '', 'four', 'page 5', ''])
  expect(coverage).toEqual({ unit: 'page', done: 2, total: 6, missing: [] })
  expect(scannedPages).toEqual([2, 3, 5, 6])
  expect(parts[4]?.text).toBe('page 5')
})

it('says when pages were left out, and when the file ends early', async () => {
  expect(await draft(['one', 'two'], 9)).toMatchObject({
    partialReason: 'PAGE_LIMIT',
    coverage: { done: 2, total: 9, missing: ['pages 3 to 9: beyond the limit of pages'] },
  })
  expect(await draft(['one'], 1, 'cut of')).toMatchObject({
    partialReason: 'FILE_TRUNCATED',
    coverage: { missing: ['the end of the file is missing'] },
  })
})

it('reads ligatures as the letters they stand for', async () => {
  expect((await draft(['e\ufb03cient \ufb02ags'])).parts[0]?.text).toBe('efficient flags')
})
