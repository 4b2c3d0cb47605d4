import type { Block } from './block.ts'
import { type CellChange, diffCells } from './cells.ts'
import type { Pair } from './pair.ts'
import type { Run } from './run.ts'
import { type Budget, diffWords, type Piece } from './words.ts'

/**
 * One line of a comparison. Rows with a `from` follow the first text in its order, rows with a `to`
 * the second: dropping the ones or the others gives either text back.
 *
 * A passage that was moved has two rows: `moved_away` where it was, `moved_here` where it is.
 */
export interface Row {
  kind: 'same' | 'added' | 'removed' | 'changed' | 'moved_away' | 'moved_here'
  /** Passage of the first text, from 0; for `moved_here` where it was. */
  from?: number
  /** Passage of the second text, from 0; for `moved_away` where it is. */
  to?: number
  /** What became of the words, where passages differ. */
  pieces?: Piece[]
  /** What became of the cells, where rows of a sheet differ. */
  cells?: CellChange[]
  /** Which move, from 1: passages that went together have one number, and it is on both ends. */
  move?: number
}

export interface Found {
  /** What stayed, in order. */
  kept: readonly Run[]
  /** What stands elsewhere, word for word. */
  moves: readonly Run[]
  /** What was changed where it stands. */
  pairs: readonly Pair[]
  /** What stands elsewhere and was changed. */
  changedMoves: readonly Pair[]
  budget: Budget
}

interface Texts {
  from: readonly Block[]
  to: readonly Block[]
}

/** All rows of a comparison, in the order in which they are read. */
export function rowsOf(texts: Texts, found: Found): Row[] {
  const fates = fatesOf(texts, found)
  const rows: Row[] = []
  let [from, to] = [0, 0]
  while (from < texts.from.length || to < texts.to.length) {
    const away = fates.from.get(from)
    const here = fates.to.get(to)
    if (from < texts.from.length && away?.kind !== 'same' && away?.kind !== 'changed') {
      rows.push(away ?? { kind: 'removed', from })
      from++
    } else if (to < texts.to.length && here?.kind !== 'same' && here?.kind !== 'changed') {
      rows.push(here ?? { kind: 'added', to })
      to++
    } else if (away) {
      rows.push(away)
      from++
      to++
    }
  }
  return rows
}

/** What became of each passage that is not simply gone or new. */
function fatesOf(texts: Texts, found: Found) {
  const fates = { from: new Map<number, Row>(), to: new Map<number, Row>() }
  const both = (row: Row & Pair) => {
    fates.from.set(row.from, row)
    fates.to.set(row.to, row)
  }
  for (const { from, to, length } of found.kept) {
    for (let at = 0; at < length; at++) both({ kind: 'same', from: from + at, to: to + at })
  }
  for (const pair of found.pairs) {
    both({ kind: 'changed', ...pair, ...changeOf(texts, pair, found.budget) })
  }
  const moves = [
    ...found.moves.map((run) => ({ ...run, change: {} })),
    ...found.changedMoves.map((pair) => ({
      ...pair,
      length: 1,
      change: changeOf(texts, pair, found.budget),
    })),
  ].sort((one, other) => one.to - other.to)
  for (const [index, { from, to, length, change }] of moves.entries()) {
    for (let at = 0; at < length; at++) {
      const ends = { from: from + at, to: to + at, move: index + 1 }
      fates.from.set(ends.from, { kind: 'moved_away', ...ends })
      fates.to.set(ends.to, { kind: 'moved_here', ...ends, ...change })
    }
  }
  return fates
}

function changeOf(
  { from, to }: Texts,
  pair: Pair,
  budget: Budget,
): Pick<Row, 'pieces'> | Pick<Row, 'cells'> {
  const [old, now] = [from[pair.from], to[pair.to]]
  if (!old || !now) return {}
  const isRow = old.locator.sheet !== undefined && now.locator.sheet !== undefined
  return isRow
    ? { cells: diffCells(old.text, now.text) }
    : { pieces: diffWords(old.text, now.text, budget) }
}
