import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { hasHeifConvert } from '../../adapters/image/heic.ts'
import type { Ports } from '../../core/ports/index.ts'
import { fixture } from '../open-file.ts'
import { lettering, type PdfPage, pdfOfPages, scanOf } from '../scans.ts'
import { understandingBox } from '../understanding-box.ts'

const names = (hits: { name: string }[]) => hits.map(({ name }) => name).sort()

/** A page of the log with a word of its own on it, and how it was laid on the glass. */
const page = (word: string, turned: 0 | 90 | 180 = 0) =>
  scanOf(
    `Logbook of the harbour\n\nThe keeper wrote ${word} into the green book.\n\n` +
      'Two black cones mean a gale from the north.',
    { turned },
  )

/** One language is enough for these, and takes half of the time. */
const inEnglish = ({ ports: { extractor } }: { ports: Ports }) => ({
  extractor: { ...extractor, reading: { languages: ['eng'] } },
})

/** A process for each step of each file, on a machine that may be busy. */
const TIMEOUT_MS = 300_000

const WORDS = ['kittiwake', 'fulmar', 'razorbill', 'cormorant', 'guillemot', 'gannet', 'puffin']

/** Twenty pages, of which seven are scans: one on its head, one on its side, one stamped. */
async function logbook(): Promise<PdfPage[]> {
  const scans: PdfPage[] = [
    { scan: await page('kittiwake') },
    { scan: await page('fulmar', 90) },
    { scan: await page('razorbill', 180) },
    { scan: await page('cormorant') },
    { scan: await page('guillemot'), stamp: 'Received 4 May 2026' },
    { scan: await page('gannet') },
    { scan: await page('puffin') },
  ]
  const at = new Map([2, 5, 6, 9, 14, 19, 20].map((number, i) => [number, scans[i]]))
  return Array.from({ length: 20 }, (_, i) => at.get(i + 1) ?? `Typed page number ${i + 1}.`)
}

it('R13: a PDF of 20 pages of which 7 are scans is read whole: coverage 20 of 20', {
  timeout: TIMEOUT_MS,
}, async () => {
  const on = await understandingBox()
  const { chapterId } = await on.chapter('Harbour')
  const { version } = await on.store(chapterId, 'log.pdf', await pdfOfPages(await logbook()))
  await on.work(inEnglish(on))
  const { derivations } = on.ports.catalog
  const extract = await derivations.get(version.digest, 'extract')
  const ocr = await derivations.get(version.digest, 'ocr')
  expect(extract).toMatchObject({
    state: 'done',
    coverage: { unit: 'page', done: 13, total: 13, missing: [] },
    facts: { scannedPages: [2, 5, 6, 9, 14, 19, 20] },
  })
  expect(ocr).toMatchObject({
    state: 'done',
    coverage: { unit: 'page', done: 7, total: 7, missing: [] },
  })
  expect(ocr?.facts.confidence).toBeGreaterThan(85)
  const places: unknown[] = []
  for (const word of WORDS) places.push((await on.found(word))[0]?.locator)
  expect(places).toEqual([2, 5, 6, 9, 14, 19, 20].map((number) => ({ page: number })))
  expect((await on.found('Received 4 May'))[0]?.locator).toEqual({ page: 14 })
})

it('R13: a damaged page is named, and those beside it are read', {
  timeout: TIMEOUT_MS,
}, async () => {
  const on = await understandingBox()
  const { chapterId } = await on.chapter('Harbour')
  const scans = [await page('kittiwake'), await page('fulmar'), await page('gannet')]
  const pdf = await pdfOfPages(scans.map((scan) => ({ scan })))
  pdf.fill(0, pdf.indexOf(scans[1] ?? ''), pdf.indexOf(scans[1] ?? '') + 400)
  const { version } = await on.store(chapterId, 'torn.pdf', pdf)
  await on.work(inEnglish(on))
  expect(await on.ports.catalog.derivations.get(version.digest, 'ocr')).toMatchObject({
    state: 'partial',
    coverage: { done: 2, total: 3, missing: [expect.stringMatching(/^page 2: .*damaged/)] },
  })
  expect(names(await on.found('kittiwake'))).toEqual(['torn.pdf'])
  expect((await on.found('gannet'))[0]?.locator).toEqual({ page: 3 })
})

it('finds what is written on a screenshot, on a photo of a sign, in any of three languages', {
  timeout: TIMEOUT_MS,
}, async () => {
  const on = await understandingBox()
  const { chapterId } = await on.chapter('Pictures')
  await on.store(chapterId, 'screen.png', await screenshot())
  await on.store(chapterId, 'wall.png', await photoOf('Größere Gruppen\nprès de l’entrée'))
  if (hasHeifConvert()) await on.store(chapterId, 'gate.heic', readFileSync(fixture('sign.heic')))
  await on.work()
  expect(names(await on.found('invoice overdue'))).toEqual(['screen.png'])
  expect(names(await on.found('größere'))).toEqual(['wall.png'])
  expect(names(await on.found('entrée'))).toEqual(['wall.png'])
  if (hasHeifConvert()) expect(names(await on.found('harbour closed'))).toEqual(['gate.heic'])
})

/** As a screen shows it: small letters, one panel dark. */
async function screenshot(): Promise<Buffer> {
  const dark = await sharp({ create: { width: 800, height: 60, channels: 3, background: '#223' } })
    .png()
    .toBuffer()
  const title = await lettering('Accounts - Monday', { width: 700, dpi: 96, colour: '#eee' })
  const body = await lettering('Invoice 2214 of the chandler is overdue\nCall the office', {
    width: 700,
    dpi: 96,
  })
  return await sharp({ create: { width: 800, height: 500, channels: 3, background: '#fff' } })
    .composite([
      { input: dark, left: 0, top: 0 },
      { input: title, left: 30, top: 20 },
      { input: body, left: 30, top: 120 },
    ])
    .png()
    .toBuffer()
}

async function photoOf(text: string): Promise<Buffer> {
  const ink = await lettering(text, { width: 900, dpi: 260, colour: '#f4f0d8' })
  return await sharp({ create: { width: 1000, height: 600, channels: 3, background: '#7a3b20' } })
    .composite([{ input: ink, left: 90, top: 180 }])
    .blur(0.8)
    .png()
    .toBuffer()
}
