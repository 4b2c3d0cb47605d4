import { AnnotationMode, type PDFDocumentProxy } from 'pdfjs-dist'
import { type Box, outlinesOf } from './outline.ts'
import type { Row, Which } from './types.ts'

/** Enough to read on a wide screen, and little enough that forty pages fit into memory. */
const WIDTH_PX = 900

/** Draws a page and says what is to be outlined on it. */
export async function drawPage(
  pdf: PDFDocumentProxy,
  number: number,
  { canvas, rows, which }: { canvas: HTMLCanvasElement; rows: readonly Row[]; which: Which },
): Promise<Box[]> {
  const page = await pdf.getPage(number)
  const viewport = page.getViewport({ scale: WIDTH_PX / page.getViewport({ scale: 1 }).width })
  // One page is never drawn twice into one canvas at the same time: it is drawn apart first.
  const sheet = document.createElement('canvas')
  sheet.width = Math.floor(viewport.width)
  sheet.height = Math.floor(viewport.height)
  await page.render({ canvas: sheet, viewport, annotationMode: AnnotationMode.ENABLE }).promise
  canvas.width = sheet.width
  canvas.height = sheet.height
  canvas.getContext('2d', { willReadFrequently: true })?.drawImage(sheet, 0, 0)
  return outlinesOf(page, viewport, { rows, which })
}
