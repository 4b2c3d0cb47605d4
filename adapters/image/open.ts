import sharp, { type Metadata, type Sharp } from 'sharp'
import { AppError } from '../../core/errors.ts'
import type { ParserFile } from '../../core/ports/parser.ts'
import { convertHeic, hasHeifConvert } from './heic.ts'

/** A picture of 100 megapixels takes 400 MB in memory; larger ones are refused by their header. */
const MAX_PIXELS = 100_000_000
const MAX_BYTES = 256 * 1024 * 1024

/** A picture whose header was read and found bearable. Nothing of it is unpacked yet. */
export interface Picture {
  /** As a person sees it, turned as the camera was held. */
  widthPx: number
  heightPx: number
  /** Sheets of a scan in one file (TIFF). Frames of an animation count as one: the first. */
  pageCount: number
  header: Metadata
  /**
   * Unpacks a page, from 1, upright.
   *
   * @throws AppError `unavailable` (`NO_CONVERTER`) for formats that need a program
   */
  unpack(page: number): Promise<Sharp>
}

/**
 * Opens a picture by its header.
 *
 * @returns undefined for formats that are not read: drawings, which are programs of a kind and never
 *   run, and what the library does not know
 * @throws AppError `unsupported_type` (`TOO_LARGE_INSIDE`) above 100 megapixels
 */
export async function openPicture(file: ParserFile): Promise<Picture | undefined> {
  if (file.mediaType === 'image/svg+xml') return undefined
  const bytes = file.whole(MAX_BYTES)
  const header = await headerOf(bytes)
  if (!header) return undefined
  const { width: widthPx, height: heightPx } = header.autoOrient
  if (widthPx * heightPx > MAX_PIXELS) throw tooLarge(widthPx * heightPx)
  const isHeic = header.format === 'heif' && header.compression === 'hevc'
  return {
    widthPx,
    heightPx,
    pageCount: header.format === 'tiff' ? (header.pages ?? 1) : 1,
    header,
    async unpack(page) {
      if (!isHeic) return decoder(bytes, page).autoOrient()
      if (!hasHeifConvert()) throw noConverter()
      // Comes upright out of its converter, whatever its EXIF says.
      return decoder(await convertHeic(file), 1)
    },
  }
}

async function headerOf(bytes: Uint8Array): Promise<Metadata | undefined> {
  try {
    return await sharp(bytes, { limitInputPixels: false }).metadata()
  } catch (cause) {
    // Camera formats that the library does not know are pictures all the same.
    if (isUnknownFormat(cause)) return undefined
    throw cause
  }
}

const decoder = (bytes: Uint8Array, page: number) =>
  sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error', pages: 1, page: page - 1 })

const isUnknownFormat = (cause: unknown): boolean =>
  cause instanceof Error &&
  /unsupported image format|not built|No decoding plugin/i.test(cause.message)

const tooLarge = (pixels: number) =>
  new AppError(
    'unsupported_type',
    `This picture has ${Math.round(pixels / 1e6)} megapixels; up to ${MAX_PIXELS / 1e6} are read. A smaller copy of it would be.`,
    { reason: 'TOO_LARGE_INSIDE' },
  )

const noConverter = () =>
  new AppError(
    'unavailable',
    'HEIC pictures need the program heif-convert (package libheif-examples).',
    { reason: 'NO_CONVERTER' },
  )
