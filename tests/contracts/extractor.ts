import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { Extractor } from '../../core/ports/index.ts'
import { honest, zipWith } from '../hostile/zip.ts'
import { fileOf, fixture, openFile } from '../open-file.ts'

const never = () => new AbortController().signal

/** What every Extractor must do. An adapter is done when this passes. */
export function extractorContract(name: string, make: () => Extractor) {
  const read = async (file: string) => {
    const extractor = make()
    const opened = await openFile(fixture(file))
    const { mediaType, kind } = await extractor.probe(opened, file)
    return { kind, mediaType, ...(await extractor.extract(opened, mediaType, never())) }
  }

  describe(`${name} is an Extractor`, () => {
    it('reads a PDF page by page, and its title', async () => {
      const { kind, parts, pageCount, coverage, metadata, language } = await read('handbook.pdf')
      expect(kind).toBe('pdf')
      expect(parts.map((part) => part.locator)).toEqual([{ page: 1 }, { page: 2 }, { page: 3 }])
      expect(parts[1]?.text).toContain('Two black cones mean a gale from the north')
      expect({ pageCount, ...coverage }).toMatchObject({ pageCount: 3, done: 3, missing: [] })
      expect({ ...metadata, language }).toMatchObject({
        title: 'Lighthouse handbook',
        language: 'en',
      })
    })

    it('leaves the page that is a picture to OCR, and counts empty paper as read', async () => {
      const { parts, coverage, scannedPages, partialReason } = await read('logbook.pdf')
      expect(parts.map((part) => part.locator.page)).toEqual([1, 4])
      expect(parts[0]?.text).toContain('flat offices of the efficient')
      expect(coverage).toEqual({ unit: 'page', done: 3, total: 4, missing: [] })
      expect({ scannedPages, partialReason }).toEqual({ scannedPages: [2] })
    })

    it('reads the text in the picture of a page, as asked and in that order', {
      timeout: 300_000,
    }, async () => {
      const file = await openFile(fixture('logbook.pdf'))
      const request = { pages: [2, 1], languages: ['eng'] }
      const read = await make().ocr(file, 'application/pdf', request, never())
      expect(read).toMatchObject([
        { page: 2, rotation: 0, text: expect.stringContaining('Inspected by the warden') },
        { page: 1, rotation: 0, text: expect.stringContaining('flat offices of the efficient') },
      ])
      for (const { confidence } of read) expect(confidence).toBeGreaterThan(70)
    })

    it('says that it has no OCR for languages that it has no data of', async () => {
      const file = await openFile(fixture('logbook.pdf'))
      const request = { pages: [2], languages: ['tlh', '../eng'] }
      const reading = make().ocr(file, 'application/pdf', request, never())
      await expect(reading).rejects.toMatchObject({ code: 'unavailable', reason: 'NO_OCR' })
    })

    it.each(['docx', 'odt', 'rtf', 'html'])('reads %s section by section', async (format) => {
      const { parts, wordCount, coverage } = await read(`handbook.${format}`)
      expect(parts.map((part) => part.locator.heading)).toEqual([
        'Lighting the lamp',
        'Storm signals',
        'Visitors',
      ])
      expect(parts[1]?.text).toContain('One red ball\tHarbour closed')
      expect(parts[2]?.text).toContain('Größere Gruppen warten im Hof, près de l’entrée.')
      expect(parts[2]?.text).toContain('Children under seven stay with the warden.')
      expect(wordCount).toBeGreaterThan(70)
      expect(coverage).toEqual({ unit: 'file', done: 1, total: 1, missing: [] })
    })

    it('reads the chapters of an e-book', async () => {
      const { kind, parts } = await read('handbook.epub')
      expect(kind).toBe('document')
      expect(parts.map((part) => part.text).join('\n')).toContain('the ferry then stays')
    })

    it.each(['pptx', 'odp'])('reads %s slide by slide, with what the speaker notes', async (f) => {
      const { kind, parts } = await read(`briefing.${f}`)
      expect(kind).toBe('slides')
      expect(parts).toEqual([
        {
          text: 'Welcome aboard\nThe tower has one hundred and forty steps.',
          locator: { slide: 1 },
        },
        {
          text: 'Speaker notes: Tell them about the loose rail on the third landing.',
          locator: { slide: 1 },
        },
        {
          text: 'Radio watch\nChannel twelve is kept open from dusk till dawn.',
          locator: { slide: 2 },
        },
      ])
    })

    it.each(['xlsx', 'ods'])('reads %s by sheet and cell range, headers on top', async (format) => {
      const { kind, parts, coverage } = await read(`stores.${format}`)
      expect(kind).toBe('sheet')
      expect(parts.map((part) => part.locator)).toEqual([
        { sheet: 'Oil', cells: 'A1:C40' },
        { sheet: 'Oil', cells: 'A41:C80' },
        { sheet: 'Oil', cells: 'A81:C96' },
        { sheet: 'Ropes', cells: 'B4:C5' },
      ])
      expect(parts[1]?.text.split('\n').slice(0, 2)).toEqual([
        'Week\tBarrel\tLitres',
        '40\tBarrel O40\t220',
      ])
      expect(parts[3]?.text).toBe('Rope\tLength\nTarred hawser\t120')
      expect(coverage).toMatchObject({ unit: 'sheet', done: 2, total: 2 })
    })

    it('takes files out of archives, in the order asked for, or says why not', async () => {
      const members = ['first', 'second', 'third'].map((text) => honest(`${text}.txt`, text))
      const broken = { ...honest('broken.txt', 'fourth'), crc: 1 }
      const zip = await fileOf(zipWith([...members, broken]))
      const wanted = [0, 2, 3].map((index) => ({ index, sizeBytes: 6 }))
      const unpacked = await make().unpack(zip, 'application/zip', wanted, never())
      expect(
        unpacked.map(({ index, bytes = '', failure }) => [
          index,
          failure?.reason ?? Buffer.from(bytes).toString(),
        ]),
      ).toEqual([
        [0, 'first'],
        [2, 'third'],
        [3, 'DAMAGED_FILE'],
      ])
    })

    it('reads a mail, lists its attachments and gives each', async () => {
      const extractor = make()
      const file = await openFile(fixture('message.eml'))
      const { parts, attachments } = await read('message.eml')
      expect(parts[0]?.text).toContain('From: Marta Küster <marta@lighthouse.example>')
      expect(parts[1]?.text).toBe(
        'Dear Jonas,\nplease send four barrels of oil before Gründonnerstag.',
      )
      expect(attachments).toEqual([
        { name: 'stock.txt', mediaType: 'text/plain', sizeBytes: 18 },
        { name: 'öl prices.csv', mediaType: 'text/csv', sizeBytes: 21 },
        { name: 'attachment 3.eml', mediaType: 'message/rfc822', sizeBytes: 143 },
      ])
      const bytes = await extractor.attachment(file, 1, never())
      expect(Buffer.from(bytes).toString()).toBe('month;price\nMay;3,20\n')
    })

    it('gives the size of a picture as the camera was held, and leaves its text to OCR', async () => {
      const { parts, coverage, metadata } = await read('buoy.jpg')
      expect(parts).toEqual([])
      expect(coverage).toEqual({ unit: 'file', done: 0, total: 1, missing: [] })
      expect(metadata).toEqual({ width: '40', height: '60' })
    })

    it('gives the pixels of a picture, cropped to the size asked for', async () => {
      const size = { widthPx: 8, heightPx: 4 }
      const file = await openFile(fixture('buoy.jpg'))
      const pixels = await make().pixels(file, 'image/jpeg', size, never())
      expect(pixels).toHaveLength(3 * 8 * 4)
      const none = make().pixels(
        await openFile(fixture('handbook.html')),
        'text/html',
        size,
        never(),
      )
      await expect(none).rejects.toMatchObject({ code: 'unsupported_type', reason: 'NO_PREVIEW' })
    })

    it.each([
      ['handbook.pdf', 'application/pdf'],
      ['handbook.html', 'text/html'],
      ['buoy.jpg', 'image/jpeg'],
    ])('pictures the first page of %s as WebP', async (file, mediaType) => {
      const bytes = await make().preview(await openFile(fixture(file)), mediaType, 320, never())
      expect(Buffer.from(bytes.subarray(0, 12)).toString('latin1')).toMatch(/^RIFF....WEBP$/s)
    })

    it('pictures each page of a TIFF, and none of what is one picture', async () => {
      const sheets = ['#222', '#ddd'].map((background) => ({
        create: { width: 60, height: 90, channels: 3, background } as const,
      }))
      const pages = await Promise.all(sheets.map((sheet) => sharp(sheet).png().toBuffer()))
      const tiff = await sharp(pages, { join: { animated: true } })
        .tiff()
        .toBuffer()
      const pictures = async (bytes: Uint8Array | string, mediaType: string) =>
        make().pagePictures(await fileOf(bytes), mediaType, 30, never())
      const shown = await pictures(tiff, 'image/tiff')
      const widths = shown.map(async (one) => (await sharp(one).metadata()).width)
      expect(await Promise.all(widths)).toEqual([30, 30])
      expect(await pictures('no pages', 'text/plain')).toEqual([])
    })

    it('tells how far it is', async () => {
      const shares: number[] = []
      const file = await openFile(fixture('handbook.pdf'))
      await make().extract(file, 'application/pdf', never(), (share) => shares.push(share))
      expect(shares.at(-1)).toBe(1)
    })

    it('stops when it is told to', async () => {
      const file = await openFile(fixture('handbook.pdf'))
      const stop = new AbortController()
      const reading = make().extract(file, 'application/pdf', stop.signal)
      stop.abort(new Error('enough'))
      await expect(reading).rejects.toThrow('enough')
    })

    it('names what is wrong with a file', async () => {
      const extractor = make()
      const locked = extractor.extract(
        await openFile(fixture('password.pdf')),
        'application/pdf',
        never(),
      )
      await expect(locked).rejects.toMatchObject({
        code: 'unsupported_type',
        reason: 'PASSWORD_PROTECTED',
      })
      const empty = extractor.extract(await fileOf(''), 'text/plain', never())
      await expect(empty).rejects.toMatchObject({ reason: 'EMPTY_FILE' })
      const strange = extractor.extract(await fileOf('x'), 'font/woff2', never())
      await expect(strange).rejects.toMatchObject({ reason: 'NO_TEXT_IN_TYPE' })
    })

    it('leaves the file where it was: two readers do not disturb each other', async () => {
      const extractor = make()
      const file = await openFile(fixture('handbook.docx'))
      const type = (await extractor.probe(file, 'handbook.docx')).mediaType
      const both = await Promise.all([1, 2].map(() => extractor.extract(file, type, never())))
      expect(both[0]).toEqual(both[1])
    })
  })
}
