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
 * A drawing (SVG) is painted by librsvg, which runs no scripts, follows no reference out of the file
 * and refuses entities and copies beyond bounds; painted pixels are all that leaves the walls.
 *
 * @returns undefined for formats that the library does not know
 * @throws AppError `unsupported_type` (`TOO_LARGE_INSIDE`) above 100 megapixels
 */
export async function openPicture(file: ParserFile): Promise<Picture | undefined> {
  const bytes = file.whole(MAX_BYTES)
  const header = await headerOf(bytes)
  if (!header) return undefined
  const { width: widthPx, height: heightPx } = header.autoOrient
  if (widthPx * heightPx > MAX_PIXELS) throw tooLarge(widthPx * heightPx)
  const density = densityOf(header)
  const isHeic = header.format === 'heif' && header.compression === 'hevc'
  return {
    widthPx,
    heightPx,
    pageCount: header.format === 'tiff' ? (header.pages ?? 1) : 1,
    header,
    async unpack(page) {
      if (!isHeic) return decoder(bytes, page, density).autoOrient()
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

/** Drawings have no pixels of their own: small ones are painted larger, so that words can be read. */
const DRAWN_PX = 1600
const MOST_TIMES = 20
const DOTS_PER_INCH = 72

function densityOf({ format, autoOrient: { width, height } }: Metadata): number | undefined {
  if (format !== 'svg') return undefined
  const times = DRAWN_PX / Math.max(width, height, 1)
  return DOTS_PER_INCH * Math.min(Math.max(times, 1), MOST_TIMES)
}

const decoder = (bytes: Uint8Array, page: number, density?: number) =>
  sharp(bytes, {
    limitInputPixels: MAX_PIXELS,
    failOn: 'error',
    pages: 1,
    page: page - 1,
    ...(density !== undefined && { density }),
  })

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
