import type { Parser } from '../../core/ports/parser.ts'
import { hasPoppler } from './program.ts'

/** PDF page by page: by poppler where it is installed, else by pdf.js, loaded only then. */
export const pdfParser: Parser = {
  async extract(file, progress) {
    if (hasPoppler()) return (await import('./poppler.ts')).extractByPoppler(file, progress)
    return (await import('./pdfjs.ts')).extractByPdfjs(file, progress)
  },

  async preview(file, widthPx) {
    if (hasPoppler()) return (await import('./poppler.ts')).previewByPoppler(file, widthPx)
    return (await import('./pdfjs.ts')).previewByPdfjs(file, widthPx)
  },

  async *paintPages(file, pages) {
    if (hasPoppler()) yield* (await import('./paint-poppler.ts')).paintByPoppler(file, pages)
    else yield* (await import('./paint-pdfjs.ts')).paintByPdfjs(file, pages)
  },
}
