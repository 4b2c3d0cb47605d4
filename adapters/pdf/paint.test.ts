import { expect, it } from 'vitest'
import { parserFile } from '../../core/pipeline/parser-file.ts'
import { fileOf } from '../../tests/open-file.ts'
import { pdfOfPages, scanOf } from '../../tests/scans.ts'
import { longSidePx } from './page-size.ts'
import { paintByPoppler } from './paint-poppler.ts'

async function painted(pdf: Uint8Array, pages: number[]) {
  const { fd } = await fileOf(pdf)
  const sizes: Record<number, string> = {}
  for await (const { page, paint } of paintByPoppler(parserFile(fd, 'application/pdf'), pages)) {
    try {
      const { widthPx, heightPx, isDamaged } = await paint(new AbortController().signal)
      sizes[page] = `${widthPx} x ${heightPx}${isDamaged ? ', damaged' : ''}`
    } catch (error) {
      sizes[page] = error instanceof Error && 'reason' in error ? String(error.reason) : 'unknown'
    }
  }
  return sizes
}

it('paints a page of 70 metres no larger than memory allows, and a stamp large enough', () => {
  expect(longSidePx({ width: 200_000, height: 100 })).toBe(3500)
  expect(longSidePx({ width: 595, height: 842 })).toBe(1754)
  expect(longSidePx({ width: 60, height: 90 })).toBe(1200)
})

it('names the page whose picture is broken, and paints the others', async () => {
  const scan = await scanOf('The keeper lights the lamp.', { dpi: 50 })
  const half = Buffer.from(scan).fill(0xff, 900, 1200)
  const across = await scanOf('The keeper lights the lamp.', { dpi: 50, turned: 90 })
  const pdf = await pdfOfPages([{ scan }, { scan: across }, { scan: half }, { scan }])
  pdf.fill(0, pdf.lastIndexOf(scan), pdf.lastIndexOf(scan) + 300)
  expect(await painted(pdf, [1, 2, 3, 4])).toEqual({
    1: '1240 x 1754',
    2: '1754 x 1240',
    3: '1240 x 1754, damaged',
    4: 'DAMAGED_PAGE',
  })
})
