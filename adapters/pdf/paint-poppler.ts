import { AppError } from '../../core/errors.ts'
import type { PagePicture, PaintedPage, ParserFile } from '../../core/ports/parser.ts'
import { longSidePx, pageSizes } from './page-size.ts'
import { collect, poppler } from './program.ts'

/** A4, for pages that do not say how large they are. */
const USUAL = { width: 595, height: 842 }

/** Pages for OCR by pdftoppm: a graymap costs a twentieth of its PNG. */
export async function* paintByPoppler(
  file: ParserFile,
  pages: readonly number[],
): AsyncGenerator<PaintedPage> {
  const sizes = await pageSizes(file, Math.min(...pages), Math.max(...pages))
  for (const page of pages) {
    const side = longSidePx(sizes.get(page) ?? USUAL)
    yield { page, paint: (signal) => paintPage(file, { page, side }, signal) }
  }
}

/** @throws AppError `unsupported_type` (`DAMAGED_PAGE`) where nothing but complaints came of it */
async function paintPage(
  file: ParserFile,
  { page, side }: { page: number; side: number },
  signal: AbortSignal,
): Promise<PagePicture> {
  const range = ['-f', String(page), '-l', String(page)]
  const args = ['-gray', '-scale-to', String(side), ...range, file.path]
  let complaints = ''
  const listen = { signal, onComplaint: (text: string) => (complaints += text) }
  const picture = parseGraymap(await collect(poppler('pdftoppm', args, file.fd, listen)))
  if (!picture || (complaints !== '' && isWhite(picture.grey))) throw damaged(page, complaints)
  return { ...picture, isDamaged: ABOUT_PICTURES.test(complaints) }
}

/** Other complaints are of fonts and tables, and leave what is to be seen as it is. */
const ABOUT_PICTURES = /jpeg|jpx|jbig2|ccitt|dct|flate|image/i

const damaged = (page: number, complaints: string) =>
  new AppError('unsupported_type', `Page ${page} is damaged: there is nothing to see on it.`, {
    reason: 'DAMAGED_PAGE',
    cause: new Error(complaints.trim() || 'no picture'),
  })

/** Paper is white; anything darker than this is ink. */
const WHITE = 250

export const isWhite = (grey: Uint8Array): boolean => grey.every((pixel) => pixel >= WHITE)

/** A portable graymap: three numbers, then a byte per pixel (netpbm, pgm(5)). */
export function parseGraymap(graymap: Buffer): PagePicture | undefined {
  const header = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(graymap.subarray(0, 64).toString('latin1'))
  if (!header) return undefined
  const [widthPx, heightPx] = [Number(header[1]), Number(header[2])]
  const grey = graymap.subarray(header[0].length)
  return grey.length === widthPx * heightPx ? { widthPx, heightPx, grey } : undefined
}
