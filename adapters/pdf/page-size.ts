import type { ParserFile } from '../../core/ports/parser.ts'
import { collect, poppler } from './program.ts'

/** Width and height of a page in points of 1/72 inch, as the file states them. */
export interface PageSize {
  width: number
  height: number
}

/** Sizes of the pages from `first` to `last`, by number. Pages that state none are left out. */
export async function pageSizes(
  file: ParserFile,
  first: number,
  last: number,
): Promise<ReadonlyMap<number, PageSize>> {
  const range = ['-f', String(first), '-l', String(last)]
  const output = await collect(poppler('pdfinfo', [...range, '-enc', 'UTF-8', file.path], file.fd))
  const sizes = new Map<number, PageSize>()
  for (const [, page, width, height] of output
    .toString()
    .matchAll(/^Page\s+(\d+) size:\s+([\d.]+) x ([\d.]+) pts/gm)) {
    sizes.set(Number(page), { width: Number(width), height: Number(height) })
  }
  return sizes
}

/** Letters of a book are readable at this; twice as fine costs 1.6 times and reads no better. */
const DPI = 150
/** Small pages are scans of small print; very large ones are drawings, or made to fill memory. */
const SMALLEST_PX = 1200
const LARGEST_PX = 3500

/** How long the longer side of a page is to be painted for reading, in pixels. */
export function longSidePx({ width, height }: PageSize): number {
  const wanted = Math.round((Math.max(width, height) / 72) * DPI)
  return Math.min(LARGEST_PX, Math.max(SMALLEST_PX, wanted))
}
