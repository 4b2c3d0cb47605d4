import sharp from 'sharp'
import { AppError } from '../../core/errors.ts'
import type { Parser, ParserFile } from '../../core/ports/parser.ts'

/** A picture of 100 megapixels takes 400 MB in memory; larger ones are refused by their header. */
const MAX_PIXELS = 100_000_000
const MAX_BYTES = 256 * 1024 * 1024

/** Pictures: their size and their look. Text in them waits for OCR. */
export const imageParser: Parser = {
  async extract(file) {
    const metadata = await sizeOf(file)
    return {
      parts: [],
      coverage: { unit: 'file', done: 0, total: 1, missing: ['text in pictures was not read'] },
      partialReason: 'NO_TEXT_IN_TYPE',
      metadata,
    }
  },

  async preview(file, widthPx) {
    if (isDrawing(file)) throw unshown()
    try {
      return await open(file)
        .rotate() // as the camera was held
        .resize({ width: widthPx, height: 4 * widthPx, fit: 'inside', withoutEnlargement: true })
        .flatten({ background: '#fff' })
        .webp({ quality: 80 })
        .toBuffer()
    } catch (cause) {
      throw isUnknownFormat(cause) ? unshown(cause) : cause
    }
  },
}

/** Vector drawings are programs of a kind: they are never run. */
const isDrawing = (file: ParserFile): boolean => file.mediaType === 'image/svg+xml'

async function sizeOf(file: ParserFile): Promise<Record<string, string>> {
  if (isDrawing(file)) return {}
  try {
    const { width, height } = (await open(file).metadata()).autoOrient
    return { width: String(width), height: String(height) }
  } catch (cause) {
    // Bitmaps and camera formats that the library does not know are pictures all the same.
    if (isUnknownFormat(cause)) return {}
    throw cause
  }
}

const open = (file: ParserFile) =>
  sharp(file.whole(MAX_BYTES), { limitInputPixels: MAX_PIXELS, failOn: 'error', pages: 1 })

const isUnknownFormat = (cause: unknown): boolean =>
  cause instanceof Error &&
  /unsupported image format|pixel limit|not built|No decoding plugin/i.test(cause.message)

const unshown = (cause?: unknown) =>
  new AppError('unsupported_type', 'There is no preview of this kind of picture.', {
    reason: 'NO_PREVIEW',
    cause,
  })
