import type { Part } from '../model/locator.ts'

/** Rows of a part: what fits on a screen, and in one chunk. */
const MAX_ROWS = 40
const MAX_CHARACTERS = 1000

/** One row of a table with something in it. */
export interface Row {
  /** From 0, in the sheet. */
  index: number
  /** Column of the first cell, from 0. */
  from: number
  /** From the first filled cell to the last. */
  cells: readonly string[]
}

/**
 * Cuts a sheet into parts of up to 40 rows, each with its cell range. Rows read as tab-separated
 * cells; every part but the first repeats the header row on top, outside its range, so that a
 * number is found together with the name of its column.
 */
export function tableParts(rows: readonly Row[], sheet: string): Part[] {
  const header = headerOf(rows)
  return groups(rows).map((group) => {
    const lines = group.map(({ cells }) => cells.join('\t'))
    if (header && group[0] !== header) lines.unshift(header.cells.join('\t'))
    return { text: lines.join('\n'), locator: { sheet, cells: range(group) } }
  })
}

/** The first row names the columns when it holds several words and no number. */
function headerOf([first, second]: readonly Row[]): Row | undefined {
  if (!first || !second) return undefined
  const names = first.cells.filter((text) => text !== '')
  const hasNumber = names.some((text) => /^[-+\d.,%\s€$£]+$/.test(text))
  return names.length >= 2 && !hasNumber && names.join('').length < 300 ? first : undefined
}

function groups(rows: readonly Row[]): Row[][] {
  const found: Row[][] = []
  let length = 0
  for (const row of rows) {
    const size = row.cells.reduce((sum, cell) => sum + cell.length + 1, 0)
    const open = found.at(-1)
    if (open && open.length < MAX_ROWS && length + size <= MAX_CHARACTERS) {
      open.push(row)
      length += size
    } else {
      found.push([row])
      length = size
    }
  }
  return found
}

function range(group: readonly Row[]): string {
  const from = group.reduce((least, row) => Math.min(least, row.from), Number.POSITIVE_INFINITY)
  const to = group.reduce((most, row) => Math.max(most, row.from + row.cells.length - 1), 0)
  const [top, bottom] = [group[0]?.index ?? 0, group.at(-1)?.index ?? 0]
  return `${columnName(from)}${top + 1}:${columnName(to)}${bottom + 1}`
}

/** Letters of a column counted from 0: A, …, Z, AA, … */
export function columnName(column: number): string {
  let name = ''
  for (let rest = column; rest >= 0; rest = Math.floor(rest / 26) - 1) {
    name = String.fromCharCode(65 + (rest % 26)) + name
  }
  return name
}
