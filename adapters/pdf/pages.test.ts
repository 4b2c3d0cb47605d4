import { expect, it } from 'vitest'
import { parserFile } from '../../core/pipeline/parser-file.ts'
import { fileOf } from '../../tests/open-file.ts'
import { pagesDraft } from './pages.ts'

async function draft(texts: string[], pageCount = texts.length, tail = '%%EOF') {
  const { fd } = await fileOf(`%PDF-1.7 ${tail}`)
  const file = parserFile(fd, 'application/pdf')
  return pagesDraft(file, { texts, pageCount, blank: new Set(), metadata: {} })
}

it('names runs of scanned pages, not each of them', async () => {
  const { coverage } = await draft(['one', '', '', '', 'five', ''])
  expect(coverage).toMatchObject({ done: 2, total: 6 })
  expect(coverage.missing).toEqual([
    'pages 2 to 4: no text layer; scanned pages need OCR',
    'page 6: no text layer; scanned pages need OCR',
  ])
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
