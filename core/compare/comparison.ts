import type { Locator } from '../model/locator.ts'
import type { Extraction } from '../ports/extractor.ts'
import { type CompareLimits, compareTexts, type TextComparison } from './compare-texts.ts'
import type { Row } from './row.ts'
import { alignUnits, type Units } from './unit.ts'
import { countWords } from './words.ts'

/** A row as it is read: with its text and its places. */
export interface ShownRow extends Pick<Row, 'pieces' | 'cells' | 'move'> {
  kind: Row['kind'] | 'fold'
  /** Which row, from 0; of a fold the first one in it. */
  at: number
  /** Where it stands in the one text and in the other; of a moved one both, on both of its ends. */
  from?: Locator
  to?: Locator
  /** The passage; absent where `pieces` or `cells` tell it, and for a fold. */
  text?: string
  /** Which change, from 1: rows that follow each other without a same one between are one. */
  change?: number
  /** Of a row that was moved: the row of its other end. */
  partner?: number
  /** Rows in a fold. */
  count?: number
}

export interface Counts {
  /** Places where something changed; see `ShownRow.change`. */
  changes: number
  added: number
  removed: number
  changed: number
  /** Passages that stand elsewhere. */
  moved: number
  same: number
  wordsAdded: number
  wordsRemoved: number
}

export interface Summary {
  counts: Counts
  units?: Units
  isCoarse: boolean
  isCut: boolean
}

/** Which rows to give. */
export interface Slice {
  /** Index in the list to go on from, as `next` said. */
  start: number
  /** Instead of the comparison: the rows of one fold. */
  fold?: { at: number; count: number }
}

export interface ComparisonPage extends Summary {
  rows: ShownRow[]
  /** Where to go on; absent at the end. */
  next?: number
}

export interface Comparison {
  page(slice: Slice): ComparisonPage
  /** About how much memory it holds, in bytes. */
  size: number
}

/** Rows that are shown of what is the same around a change. */
const CONTEXT = 2
const PAGE_ROWS = 200
const PAGE_CHARACTERS = 60_000

/** Compares two texts and keeps the result, to be read page by page. */
export function openComparison(
  extractions: Record<'from' | 'to', Pick<Extraction, 'parts' | 'pageCount'>>,
  limits?: CompareLimits,
): Comparison {
  const { from, to } = extractions
  const found = compareTexts({ from: from.parts, to: to.parts }, limits)
  const units = alignUnits(found, {
    ...(from.pageCount !== undefined && { from: from.pageCount }),
    ...(to.pageCount !== undefined && { to: to.pageCount }),
  })
  const changes = changesOf(found.rows)
  const summary: Summary = {
    counts: countsOf(found, changes),
    isCoarse: found.isCoarse,
    isCut: found.isCut,
    ...(units && { units }),
  }
  const show = shower(found, changes)
  const folded = foldsOf(found.rows)
  return {
    size: [...found.from, ...found.to].reduce((sum, { text }) => sum + 2 * text.length + 300, 0),
    page({ start, fold }) {
      const all = fold
        ? rowsFrom(fold.at, Math.min(fold.count, found.rows.length - fold.at))
        : folded
      const rows: ShownRow[] = []
      let characters = 0
      let at = start
      for (; at < all.length && rows.length < PAGE_ROWS && characters < PAGE_CHARACTERS; at++) {
        const row = show(all[at] as Fold)
        characters += lengthOf(row)
        rows.push(row)
      }
      return { ...summary, rows, ...(at < all.length && { next: at }) }
    },
  }
}

/** A row, or several that are the same. */
interface Fold {
  at: number
  count: number
}

const rowsFrom = (at: number, count: number): Fold[] =>
  Array.from({ length: Math.max(0, count) }, (_, index) => ({ at: at + index, count: 1 }))

/** Stretches that are the same become one entry, but for some rows before and after a change. */
function foldsOf(rows: readonly Row[]): Fold[] {
  const folds: Fold[] = []
  for (let at = 0; at < rows.length; ) {
    let end = at
    while (rows[end]?.kind === 'same') end++
    if (end === at) {
      folds.push({ at, count: 1 })
      at++
      continue
    }
    const before = at === 0 ? 0 : CONTEXT
    const after = end === rows.length ? 0 : CONTEXT
    const inside = end - at - before - after
    if (inside < 2) folds.push(...rowsFrom(at, end - at))
    else {
      folds.push(...rowsFrom(at, before), { at: at + before, count: inside })
      folds.push(...rowsFrom(end - after, after))
    }
    at = end
  }
  return folds
}

/** Number of the change that each row belongs to; 0 for what is the same. */
function changesOf(rows: readonly Row[]): Int32Array {
  const changes = new Int32Array(rows.length)
  let last = 0
  for (const [at, { kind }] of rows.entries()) {
    if (kind === 'same') continue
    if (at === 0 || rows[at - 1]?.kind === 'same') last++
    changes[at] = last
  }
  return changes
}

function countsOf({ from, to, rows }: TextComparison, changes: Int32Array): Counts {
  const counts = { added: 0, removed: 0, changed: 0, moved: 0, same: 0 }
  let [wordsAdded, wordsRemoved] = [0, 0]
  for (const { kind, pieces, cells, from: old, to: now } of rows) {
    if (kind === 'moved_here') counts.moved++
    else if (kind !== 'moved_away') counts[kind]++
    if (kind === 'added') wordsAdded += countWords(to[now ?? -1]?.text ?? '')
    if (kind === 'removed') wordsRemoved += countWords(from[old ?? -1]?.text ?? '')
    for (const { op, text } of pieces ?? []) {
      if (op === 'added') wordsAdded += countWords(text)
      if (op === 'removed') wordsRemoved += countWords(text)
    }
    for (const cell of cells ?? []) {
      if (cell.op !== 'same') wordsAdded += countWords(cell.to ?? '')
      if (cell.op !== 'same') wordsRemoved += countWords(cell.from ?? '')
    }
  }
  const last = changes.reduce((most, change) => Math.max(most, change), 0)
  return { changes: last, ...counts, wordsAdded, wordsRemoved }
}

function shower({ from, to, rows }: TextComparison, changes: Int32Array) {
  const ends = { away: new Map<number, number>(), here: new Map<number, number>() }
  for (const [at, { kind, from: old }] of rows.entries()) {
    if (kind === 'moved_away' && old !== undefined) ends.away.set(old, at)
    if (kind === 'moved_here' && old !== undefined) ends.here.set(old, at)
  }
  return ({ at, count }: Fold): ShownRow => {
    const row = rows[at] as Row
    const [old, now] = [from[row.from ?? -1], to[row.to ?? -1]]
    const places = {
      ...(old && { from: old.locator }),
      ...(now && { to: now.locator }),
    }
    if (count > 1) return { kind: 'fold', at, count, ...places }
    const { kind, pieces, cells, move } = row
    const change = changes[at]
    const other = kind === 'moved_away' ? ends.here : ends.away
    const partner = row.from !== undefined && move !== undefined ? other.get(row.from) : undefined
    const text = (kind === 'removed' || kind === 'moved_away' ? old : now)?.text ?? ''
    return {
      kind,
      at,
      ...places,
      ...(pieces ? { pieces } : cells ? { cells } : { text }),
      ...(change && { change }),
      ...(move !== undefined && { move }),
      ...(partner !== undefined && { partner }),
    }
  }
}

function lengthOf({ text = '', pieces = [], cells = [] }: ShownRow): number {
  const inCells = cells.reduce(
    (sum, cell) => sum + (cell.from?.length ?? 0) + (cell.to?.length ?? 0),
    0,
  )
  return text.length + inCells + pieces.reduce((sum, piece) => sum + piece.text.length, 0)
}
