import { expect, it } from 'vitest'
import { parserFile } from '../../core/pipeline/parser-file.ts'
import { fileOf, fixture, openFile } from '../../tests/open-file.ts'
import { paintByPdfjs } from './paint-pdfjs.ts'
import { extractByPdfjs, previewByPdfjs } from './pdfjs.ts'

const open = async (name: string) => {
  const { fd } = await openFile(fixture(name))
  return parserFile(fd, 'application/pdf')
}
const quiet = () => undefined

it('reads pages, their count and the title without any system package', async () => {
  const shares: number[] = []
  const draft = await extractByPdfjs(await open('handbook.pdf'), (share) => shares.push(share))
  expect(draft.parts[1]?.text).toContain('Two black cones mean a gale from the north')
  expect(draft).toMatchObject({ pageCount: 3, metadata: { title: 'Lighthouse handbook' } })
  expect(shares).toEqual([1 / 3, 2 / 3, 1])
})

it('tells a scanned page from empty paper', async () => {
  const { coverage, scannedPages } = await extractByPdfjs(await open('logbook.pdf'), quiet)
  expect(coverage).toEqual({ unit: 'page', done: 3, total: 4, missing: [] })
  expect(scannedPages).toEqual([2])
})

it('paints pages large enough to be read, turned as the file says', async () => {
  const sizes: [number, number, number][] = []
  for await (const { page, paint } of paintByPdfjs(await open('logbook.pdf'), [2, 1])) {
    const { widthPx, heightPx, grey } = await paint(new AbortController().signal)
    expect(grey).toHaveLength(widthPx * heightPx)
    expect(grey.some((pixel) => pixel < 100)).toBe(true)
    sizes.push([page, widthPx, heightPx])
  }
  expect(sizes).toEqual([
    [2, 1241, 1754],
    [1, 1241, 1754],
  ])
})

it('names locked and broken files', async () => {
  const locked = extractByPdfjs(await open('password.pdf'), quiet)
  await expect(locked).rejects.toMatchObject({ reason: 'PASSWORD_PROTECTED' })
  const { fd } = await fileOf('%PDF-1.7\nnothing more')
  const broken = extractByPdfjs(parserFile(fd, 'application/pdf'), quiet)
  await expect(broken).rejects.toMatchObject({ reason: 'DAMAGED_FILE' })
})

it('paints the first page', async () => {
  const picture = await previewByPdfjs(await open('handbook.pdf'), 200)
  expect(Buffer.from(picture.subarray(8, 12)).toString()).toBe('WEBP')
})
