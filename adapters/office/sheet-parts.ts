import type { Part } from '../../core/model/locator.ts'
import { type Row, tableParts } from '../../core/pipeline/table.ts'
import type { Node } from './tree.ts'
import { cellText, fieldsOf } from './words.ts'

/** A workbook, sheet by sheet in parts with their cell ranges. */
export function sheetParts(content: readonly Node[]): Part[] {
  return content
    .filter((node) => node.type === 'sheet')
    .flatMap((sheet, at) => tableParts(rowsOf(sheet), sheetName(sheet, at)))
}

function sheetName(sheet: Node, at: number): string {
  const { sheetName: name } = fieldsOf(sheet)
  return typeof name === 'string' && name ? name.slice(0, 200) : `Sheet ${at + 1}`
}

const rowsOf = (sheet: Node): Row[] =>
  (sheet.children ?? []).map(rowOf).filter((row) => row !== undefined)

/** Cells state their place, since empty ones are left out. */
function rowOf(node: Node, at: number): Row | undefined {
  const cells: string[] = []
  let index = at
  for (const cell of node.children ?? []) {
    const { row, col } = fieldsOf(cell)
    if (typeof row === 'number') index = row
    const text = cellText(cell)
    if (text) cells[typeof col === 'number' ? col : cells.length] = text
  }
  const from = cells.findIndex((text) => text !== undefined)
  if (from < 0) return undefined
  return { index, from, cells: Array.from(cells.slice(from), (text) => text ?? '') }
}
