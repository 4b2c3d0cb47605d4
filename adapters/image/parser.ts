import sharp, { type Sharp } from 'sharp'
import { AppError } from '../../core/errors.ts'
import type { Coverage, Part } from '../../core/model/locator.ts'
import type { PagePicture, Parser, ParserFile } from '../../core/ports/parser.ts'
import { exifOf } from './exif.ts'
import { openPicture, type Picture } from './open.ts'
import { pictureHash } from './picture-hash.ts'
import { svgText } from './svg-text.ts'

/** A sheaf of faxes has some hundred sheets. */
const MAX_PAGES = 2000
/** A page photographed by a telephone is readable at this; more only costs time. */
const LONGEST_PX = 2600
/** Pictures below this are screenshots or cuttings, with letters of a few pixels. */
const SMALL_PX = 1300

/** Pictures: what their header and camera tell, their look, and pages for OCR to read. */
export const imageParser: Parser = {
  async extract(file) {
    const picture = await openPicture(file)
    if (!picture) {
      return { parts: [], coverage: WHOLE, partialReason: 'NO_TEXT_IN_TYPE', metadata: {} }
    }
    const { widthPx, heightPx, header } = picture
    const hash = await hashOf(picture)
    return {
      parts: drawnWords(file, picture),
      ...pagesOf(picture),
      ...(hash && { pictureHash: hash }),
      metadata: { width: String(widthPx), height: String(heightPx), ...(await exifOf(header)) },
    }
  },

  async preview(file, widthPx) {
    const picture = await openPicture(file)
    if (!picture) throw unshown()
    return await shrunk(await picture.unpack(1), widthPx)
  },

  async *pagePictures(file, { widthPx, maxBytes }) {
    const picture = await openPicture(file)
    if (!picture || picture.pageCount === 1) return
    let room = maxBytes
    for (let page = 1; page <= Math.min(picture.pageCount, MAX_PAGES); page++) {
      const bytes = await shownPage(picture, page, widthPx)
      room -= bytes.byteLength
      if (room < 0) return
      yield bytes
    }
  },

  async *paintPages(file, pages) {
    const picture = await openPicture(file)
    if (!picture) throw unread()
    const first = await picture.unpack(1) // a missing converter is not the fault of a page
    for (const page of pages) {
      yield { page, paint: async () => paint(page === 1 ? first : await picture.unpack(page)) }
    }
  },

  async pixels(file, { widthPx: width, heightPx: height }) {
    const picture = await openPicture(file)
    if (!picture) throw unshown()
    return await (await picture.unpack(1))
      .resize({ width, height, fit: 'cover' })
      .flatten({ background: '#fff' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer()
  },
}

/** A drawing has its words as letters; what else is written on a picture is for OCR to find. */
function drawnWords(file: ParserFile, { header: { format } }: Picture): Part[] {
  const text = format === 'svg' ? svgText(file.whole(file.sizeBytes)) : ''
  return text === '' ? [] : [{ text, locator: {} }]
}

/** What cannot be told of a picture before it is painted. */
const WHOLE: Coverage = { unit: 'file', done: 0, total: 1, missing: [] }

/** Sheets of one file are pages like those of a PDF. */
function pagesOf({ pageCount }: Picture) {
  if (pageCount === 1) return { coverage: WHOLE }
  const last = Math.min(pageCount, MAX_PAGES)
  const isCut = pageCount > last
  const missing = isCut ? [`pages ${last + 1} to ${pageCount}: beyond the limit of pages`] : []
  return {
    coverage: { unit: 'page' as const, done: 0, total: pageCount, missing },
    pageCount,
    scannedPages: Array.from({ length: last }, (_, at) => at + 1),
    ...(isCut && { partialReason: 'PAGE_LIMIT' }),
  }
}

/** What a camera wrote stays behind: of a preview, nobody expects to tell where it was taken. */
const shrunk = (page: Sharp, widthPx: number): Promise<Uint8Array> =>
  page
    .resize({ width: widthPx, height: 4 * widthPx, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#fff' })
    .webp({ quality: 80 })
    .toBuffer()

/** One that cannot be unpacked is a blank sheet in its place: the others keep their numbers. */
async function shownPage(picture: Picture, page: number, widthPx: number): Promise<Uint8Array> {
  try {
    return await shrunk(await picture.unpack(page), widthPx)
  } catch {
    const blank = { width: 10, height: 14, channels: 3, background: '#fff' } as const
    return await sharp({ create: blank }).webp().toBuffer()
  }
}

/** Looks at the picture itself, so a damaged one is found here. */
async function hashOf(picture: Picture): Promise<string | undefined> {
  try {
    return await pictureHash(await picture.unpack(1))
  } catch (error) {
    if (error instanceof AppError && error.reason === 'NO_CONVERTER') return undefined
    throw error
  }
}

async function paint(page: Sharp): Promise<PagePicture> {
  const { width, height } = await sizeOf(page)
  const longer = Math.max(width, height)
  const side = longer < SMALL_PX ? 2 * longer : Math.min(longer, LONGEST_PX)
  const { data, info } = await page
    .resize({ width: side, height: side, fit: 'inside' })
    .flatten({ background: '#fff' })
    .grayscale()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return { widthPx: info.width, heightPx: info.height, grey: data }
}

/** Pages of one file may differ in size. */
const sizeOf = async (page: Sharp) => (await page.metadata()).autoOrient

const refusal = (reason: string, message: string) =>
  new AppError('unsupported_type', message, { reason })

const unshown = () => refusal('NO_PREVIEW', 'There is no preview of this kind of picture.')

const unread = () => refusal('NO_TEXT_IN_TYPE', 'Text in pictures of this kind is not read.')
