import type { ParserFile } from '../../core/ports/parser.ts'
import { isWhite, parseGraymap } from './paint-poppler.ts'
import { collect, poppler } from './program.ts'

/** A book has some empty pages; a scan has nothing but pages without text. */
const MAX_LOOKS = 24
/** Fine enough for a line of print to darken its pixels. */
const DPI = 24
/** Which of these pages are empty paper: nothing on them that OCR could find. */
export async function blankPages(
  file: ParserFile,
  pages: readonly number[],
): Promise<ReadonlySet<number>> {
  const blank = new Set<number>()
  for (const page of pages.slice(0, MAX_LOOKS)) {
    const range = ['-f', String(page), '-l', String(page)]
    const args = ['-gray', '-r', String(DPI), '-scale-to', '400', ...range, file.path]
    let complaints = ''
    const listen = { onComplaint: (text: string) => (complaints += text) }
    const picture = parseGraymap(await collect(poppler('pdftoppm', args, file.fd, listen)))
    // A broken picture is white, too; that page is not empty, it is lost.
    if (picture && complaints === '' && isWhite(picture.grey)) blank.add(page)
  }
  return blank
}
