import type { ParserFile } from '../../core/ports/parser.ts'
import { pageSizes } from './page-size.ts'
import { collect, poppler } from './program.ts'

/** A stamp, a number, a line of the scanner's maker: less than a paragraph. */
const SCANTY = 120
/** Scans leave a margin sometimes; photos in a text do not fill the page. */
export const FULL = 0.7

/** Whether a text layer is so short that the page may be a scan with a stamp on it. */
export const isScanty = (text: string): boolean => {
  const length = text.replace(/\s+/g, '').length
  return length > 0 && length <= SCANTY
}

/** Which of these pages are filled by a picture: a scan, whatever little text lies over it. */
export async function filledPages(
  file: ParserFile,
  pages: readonly number[],
): Promise<ReadonlySet<number>> {
  if (pages.length === 0) return new Set()
  const [first, last] = [Math.min(...pages), Math.max(...pages)]
  const sizes = await pageSizes(file, first, last)
  const range = ['-f', String(first), '-l', String(last)]
  const list = await collect(poppler('pdfimages', ['-list', ...range, file.path], file.fd))
  const areas = pictureAreas(list.toString())
  return new Set(
    pages.filter((page) => {
      const size = sizes.get(page)
      const covered = areas.get(page) ?? 0
      return size !== undefined && covered >= FULL * size.width * size.height
    }),
  )
}

/**
 * Square points that pictures cover, by page. Some scanners cut a page into strips, so areas add
 * up. Columns: page num type width height color comp bpc enc interp object-id x-ppi y-ppi size
 * ratio; an inline picture has one column less, so the last ones are counted from the end.
 */
function pictureAreas(list: string): ReadonlyMap<number, number> {
  const areas = new Map<number, number>()
  for (const row of list.split('\n').slice(2)) {
    const columns = row.trim().split(/\s+/)
    const [page, , type, width, height] = columns
    const [xPpi, yPpi] = [Number(columns.at(-4)), Number(columns.at(-3))]
    if ((type !== 'image' && type !== 'stencil') || !(xPpi > 0) || !(yPpi > 0)) continue
    const area = (Number(width) / xPpi) * (Number(height) / yPpi) * 72 * 72
    areas.set(Number(page), (areas.get(Number(page)) ?? 0) + area)
  }
  return areas
}
