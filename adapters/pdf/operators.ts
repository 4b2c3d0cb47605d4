import { OPS, type PDFPageProxy, Util } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { FULL } from './scans.ts'

const PICTURES: ReadonlySet<number> = new Set([
  OPS.paintImageXObject,
  OPS.paintInlineImageXObject,
  OPS.paintImageMaskXObject,
])

const PAINTS: ReadonlySet<number> = new Set([
  OPS.fill,
  OPS.eoFill,
  OPS.stroke,
  OPS.shadingFill,
  OPS.showText,
  ...PICTURES,
])

/** Whether a page draws nothing at all: empty paper. A path that only clips leaves no ink. */
export async function paintsNothing(page: PDFPageProxy): Promise<boolean> {
  const { fnArray, argsArray } = await page.getOperatorList()
  return !fnArray.some((operator, at) =>
    operator === OPS.constructPath ? argsArray[at]?.[0] !== OPS.endPath : PAINTS.has(operator),
  )
}

type Matrix = [number, number, number, number, number, number]

/** Whether pictures cover the page. Each is painted into the unit square, wherever that lies by then. */
export async function isFilledByPicture(page: PDFPageProxy): Promise<boolean> {
  const { fnArray, argsArray } = await page.getOperatorList()
  let matrix: Matrix = [1, 0, 0, 1, 0, 0]
  const saved: Matrix[] = []
  let area = 0
  for (const [at, operator] of fnArray.entries()) {
    if (operator === OPS.save) saved.push(matrix)
    else if (operator === OPS.restore) matrix = saved.pop() ?? matrix
    else if (operator === OPS.transform) matrix = Util.transform(matrix, argsArray[at]) as Matrix
    else if (PICTURES.has(operator)) area += Math.abs(matrix[0] * matrix[3] - matrix[1] * matrix[2])
  }
  const [left = 0, bottom = 0, right = 0, top = 0] = page.view
  return area >= FULL * Math.abs((right - left) * (top - bottom))
}
