import type { Coverage } from '../../core/model/locator.ts'
import type { Draft, ParserFile } from '../../core/ports/parser.ts'

/** A handbook has some hundred pages; beyond this, it is data that was printed. */
export const MAX_PAGES = 2000

/** What an engine found in a PDF. */
export interface Pages {
  /** Text of each page that was read, in order. */
  texts: readonly string[]
  /** All pages of the file, read or not; from 1. */
  pageCount: number
  /** Pages that were seen to be empty paper. */
  blank: ReadonlySet<number>
  /** Pages with a little text over a picture that fills them: a stamped scan. */
  filled: ReadonlySet<number>
  metadata: Record<string, string>
}

/**
 * Pages as located text, and what is missing of them. Scanned pages are not missing: they are left
 * to OCR, which has a coverage of its own.
 */
export function pagesDraft(file: ParserFile, pages: Pages): Draft {
  const { texts, pageCount, blank, filled, metadata } = pages
  const scannedPages = texts.flatMap((text, at) =>
    filled.has(at + 1) || (text.trim() === '' && !blank.has(at + 1)) ? [at + 1] : [],
  )
  const isTruncated = endsEarly(file)
  const missing: string[] = []
  if (pageCount > texts.length) {
    missing.push(`${ranges(span(texts.length + 1, pageCount))[0]}: beyond the limit of pages`)
  }
  if (isTruncated) missing.push('the end of the file is missing')
  const reason = whyPartial(pageCount > texts.length, isTruncated)
  const coverage: Coverage = {
    unit: 'page',
    done: texts.length - scannedPages.length,
    total: pageCount,
    missing,
  }
  return {
    // Ligatures and full-width forms are how it looks, not what it says.
    parts: texts.map((text, at) => ({ text: text.normalize('NFKC'), locator: { page: at + 1 } })),
    coverage,
    pageCount,
    ...(scannedPages.length > 0 && { scannedPages }),
    metadata,
    ...(reason && { partialReason: reason }),
  }
}

function whyPartial(isCut: boolean, isTruncated: boolean): string | undefined {
  if (isTruncated) return 'FILE_TRUNCATED'
  return isCut ? 'PAGE_LIMIT' : undefined
}

/** A whole PDF ends with this mark (ISO 32000-1, 7.5.5), give or take some bytes of mailers. */
function endsEarly(file: ParserFile): boolean {
  const tail = file.read(Math.max(0, file.sizeBytes - 2048), 2048)
  return !Buffer.from(tail).includes('%%EOF')
}

const span = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at)

/** `page 3`, `pages 5 to 9`. Numbers ascend. */
function ranges(numbers: readonly number[]): string[] {
  const runs: { from: number; to: number }[] = []
  for (const number of numbers) {
    const last = runs.at(-1)
    if (last && last.to === number - 1) last.to = number
    else runs.push({ from: number, to: number })
  }
  return runs.map(({ from, to }) => (from === to ? `page ${from}` : `pages ${from} to ${to}`))
}
