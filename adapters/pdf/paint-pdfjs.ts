import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'
import type { PagePicture, PaintedPage, ParserFile } from '../../core/ports/parser.ts'
import { paintedCanvas } from './canvas.ts'
import { longSidePx } from './page-size.ts'
import { openDocument, refusal } from './pdfjs.ts'

/** Pages for OCR by the engine that needs no system package: fifteen times the cost of the other. */
export async function* paintByPdfjs(
  file: ParserFile,
  pages: readonly number[],
): AsyncGenerator<PaintedPage> {
  const task = openDocument(file)
  try {
    const pdf = await task.promise
    for (const page of pages) yield { page, paint: () => paintPage(pdf, page) }
  } catch (cause) {
    throw refusal(cause)
  } finally {
    await task.destroy()
  }
}

async function paintPage(pdf: PDFDocumentProxy, number: number): Promise<PagePicture> {
  const page = await pdf.getPage(number)
  const size = page.getViewport({ scale: 1 })
  const scale = longSidePx(size) / Math.max(size.width, size.height)
  const viewport = page.getViewport({ scale })
  const [widthPx, heightPx] = [Math.ceil(viewport.width), Math.ceil(viewport.height)]
  const canvas = await paintedCanvas(pdf, page, viewport)
  const { data } = canvas.getContext('2d').getImageData(0, 0, widthPx, heightPx)
  page.cleanup()
  return { widthPx, heightPx, grey: greyOf(data) }
}

/** Luma of ITU-R BT.601, in whole numbers. The canvas is opaque. */
function greyOf(rgba: Uint8Array): Uint8Array {
  const grey = new Uint8Array(rgba.length / 4)
  for (let at = 0; at < grey.length; at++) {
    const [red = 0, green = 0, blue = 0] = rgba.subarray(4 * at, 4 * at + 3)
    grey[at] = (77 * red + 150 * green + 29 * blue) >> 8
  }
  return grey
}
