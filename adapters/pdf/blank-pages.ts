import type { ParserFile } from '../../core/ports/parser.ts'
import { collect, poppler } from './program.ts'

/** A book has some empty pages; a scan has nothing but pages without text. */
const MAX_LOOKS = 24
/** Fine enough for a line of print to darken its pixels. */
const DPI = 24
/** Paper is white; anything darker than this is ink. */
const WHITE = 250

/** Which of these pages are empty paper: nothing on them that OCR could find. */
export async function blankPages(
  file: ParserFile,
  pages: readonly number[],
): Promise<ReadonlySet<number>> {
  const blank = new Set<number>()
  for (const page of pages.slice(0, MAX_LOOKS)) {
    const range = ['-f', String(page), '-l', String(page)]
    const args = ['-gray', '-r', String(DPI), '-scale-to', '400', ...range, file.path]
    if (isWhite(await collect(poppler('pdftoppm', args, file.fd)))) blank.add(page)
  }
  return blank
}

/** A portable graymap: three numbers, then a byte per pixel (netpbm, pgm(5)). */
function isWhite(graymap: Buffer): boolean {
  const header = /^P5\s+\d+\s+\d+\s+\d+\s/.exec(graymap.subarray(0, 64).toString('latin1'))
  return header !== null && graymap.subarray(header[0].length).every((pixel) => pixel >= WHITE)
}
