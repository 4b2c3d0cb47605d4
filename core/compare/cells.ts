import { myers } from './myers.ts'

/** A cell of a row that was changed. Without `from` it is new, without `to` it is gone. */
export interface CellChange {
  op: 'same' | 'changed' | 'added' | 'removed'
  from?: string
  to?: string
}

const MOST_EDITS = 400

/**
 * How a row of cells became another. A column put in between shifts the others and changes none of
 * them; cells between those that stayed are held against each other in their order.
 */
export function diffCells(from: string, to: string): CellChange[] {
  const [a, b] = [from.split('\t'), to.split('\t')]
  const ids = new Map<string, number>()
  const idOf = (cell: string) => {
    const known = ids.get(cell) ?? ids.size
    ids.set(cell, known)
    return known
  }
  const gap = { fromStart: 0, fromEnd: a.length, toStart: 0, toEnd: b.length }
  // Cells in their columns first: a figure that is equal to its neighbour is not that neighbour.
  const runs =
    a.length === b.length ? sameColumns(a, b) : myers(a.map(idOf), b.map(idOf), gap, MOST_EDITS)
  const cells: CellChange[] = []
  let [atA, atB] = [0, 0]
  for (const run of [...(runs ?? []), { from: a.length, to: b.length, length: 0 }]) {
    for (; atA < run.from || atB < run.to; ) {
      const old = atA < run.from ? a[atA++] : undefined
      const now = atB < run.to ? b[atB++] : undefined
      if (old !== undefined && now !== undefined) cells.push({ op: 'changed', from: old, to: now })
      else if (old !== undefined) cells.push({ op: 'removed', from: old })
      else if (now !== undefined) cells.push({ op: 'added', to: now })
    }
    for (let at = 0; at < run.length; at++) {
      const cell = a[atA++] ?? ''
      atB++
      cells.push({ op: 'same', from: cell, to: cell })
    }
  }
  return cells
}

const sameColumns = (a: readonly string[], b: readonly string[]) =>
  a.flatMap((cell, at) => (cell === b[at] ? [{ from: at, to: at, length: 1 }] : []))
