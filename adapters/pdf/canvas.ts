import type { PageViewport, PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'

/** What is used of the engine's canvas, which its types call `Object`. */
interface Canvas {
  encode(format: 'webp', quality: number): Promise<Uint8Array>
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { data: Uint8Array }
  }
}

/** A page on white, on the canvas that the engine itself chose: another copy of it crashes. */
export async function paintedCanvas(
  pdf: PDFDocumentProxy,
  page: PDFPageProxy,
  viewport: PageViewport,
): Promise<Canvas> {
  const factory = pdf.canvasFactory as {
    create(width: number, height: number): { canvas: Canvas }
  }
  const { canvas } = factory.create(Math.ceil(viewport.width), Math.ceil(viewport.height))
  await page.render({ canvas: canvas as never, viewport, background: '#fff' }).promise
  return canvas
}
