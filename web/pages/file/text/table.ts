/** A part of a sheet, made ready to be drawn. */
export interface Table {
  header: Line | undefined
  rows: Line[]
}

export interface Line {
  /** Row number in the sheet, when it is known. */
  number: number | undefined
  cells: Cell[]
}

export interface Cell {
  text: string
  /** Where the cell begins in the text of its part. */
  start: number
}

const NUMERIC = /^[-+\d.,%\s€$£]+$/

/**
 * Rows of a sheet's text: tab-separated cells, one row a line. A first line of words is its header;
 * parts after the first repeat it above their own range, so it has no number there.
 */
export function tableOf(text: string, cells: string | undefined): Table {
  const lines = linesOf(text)
  const [, top, bottom] = /^[A-Z]+(\d+):[A-Z]+(\d+)$/.exec(cells ?? '') ?? []
  const count = top && bottom ? Number(bottom) - Number(top) + 1 : undefined
  const extra = count === lines.length - 1 ? 1 : 0
  const numbered = count === lines.length - extra
  const all = lines.map((row, index): Line => {
    const known = numbered && index >= extra
    return { number: known ? Number(top) + index - extra : undefined, cells: row }
  })
  const [first, ...rest] = all
  const isHeader = first && rest.length > 0 && (extra === 1 || namesColumns(first))
  return isHeader ? { header: first, rows: rest } : { header: undefined, rows: all }
}

function linesOf(text: string): Cell[][] {
  let at = 0
  return text.split('\n').map((line) => {
    const row = line.split('\t').map((cell): Cell => {
      const start = at
      at += cell.length + 1
      return { text: cell, start }
    })
    return row
  })
}

function namesColumns({ cells }: Line): boolean {
  const filled = cells.filter(({ text }) => text !== '')
  return filled.length >= 2 && filled.every(({ text }) => !NUMERIC.test(text))
}
