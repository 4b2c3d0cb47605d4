import { expect, it } from 'vitest'
import { parserFile } from '../../core/pipeline/parser-file.ts'
import { fileOf } from '../../tests/open-file.ts'
import { pdfOfPages, scanOf } from '../../tests/scans.ts'
import { extractByPdfjs } from './pdfjs.ts'
import { extractByPoppler } from './poppler.ts'

const engines = [
  ['poppler', extractByPoppler],
  ['pdf.js', extractByPdfjs],
] as const

it.each(engines)('takes a stamped scan for a scan, by %s', async (_name, extract) => {
  const scan = await scanOf('The keeper lights the lamp.', { dpi: 50 })
  const pdf = await pdfOfPages([
    'Typed, without a picture',
    { scan, stamp: 'Received 4 May 2026 - page 2 of 5' },
    { scan, stamp: 'A page that was read before has its whole text as a layer.\n'.repeat(4) },
    { scan },
    '',
  ])
  const { fd } = await fileOf(pdf)
  const draft = await extract(parserFile(fd, 'application/pdf'), () => undefined)
  expect(draft.scannedPages).toEqual([2, 4])
  expect(draft.coverage).toMatchObject({ done: 3, total: 5, missing: [] })
})

it('does not take a page whose picture is broken for empty paper', async () => {
  const scan = await scanOf('The keeper lights the lamp.', { dpi: 50 })
  const pdf = await pdfOfPages([{ scan }, ''])
  pdf.fill(0, pdf.indexOf(scan), pdf.indexOf(scan) + 300)
  const { fd } = await fileOf(pdf)
  const draft = await extractByPoppler(parserFile(fd, 'application/pdf'), () => undefined)
  expect(draft.scannedPages).toEqual([1])
})
