import type { Gap } from './run.ts'
import { type Bag, likeness } from './similar.ts'

/** A passage and what it became. */
export interface Pair {
  from: number
  to: number
}

/** At least this share of the words is still there, or it is another passage. */
const ALIKE = 0.4
/** Cells of the table of likenesses; a larger gap is paired in order. */
const MOST_CELLS = 40_000
/** A gap paired in order looks this far ahead. */
const AHEAD = 8

/**
 * Which passages of a gap became which, in order on both sides, so that as much as possible stays
 * alike. `bags` are asked for those that are not moved elsewhere.
 */
export function pairGap(
  gap: Gap,
  bags: { from(at: number): Bag | undefined; to(at: number): Bag | undefined },
): Pair[] {
  const from = free(gap.fromStart, gap.fromEnd, bags.from)
  const to = free(gap.toStart, gap.toEnd, bags.to)
  if (from.length === 0 || to.length === 0) return []
  return from.length * to.length <= MOST_CELLS ? best(from, to) : inOrder(from, to)
}

interface Free {
  at: number
  bag: Bag
}

function free(start: number, end: number, bagAt: (at: number) => Bag | undefined): Free[] {
  const found: Free[] = []
  for (let at = start; at < end; at++) {
    const bag = bagAt(at)
    if (bag) found.push({ at, bag })
  }
  return found
}

/** Alignment of most likeness (Needleman and Wunsch, 1970, with gaps for nothing). */
function best(from: readonly Free[], to: readonly Free[]): Pair[] {
  const width = to.length + 1
  const likes = new Float32Array(from.length * to.length)
  const totals = new Float32Array((from.length + 1) * width)
  for (let i = from.length - 1; i >= 0; i--) {
    for (let j = to.length - 1; j >= 0; j--) {
      const like = likeness((from[i] as Free).bag, (to[j] as Free).bag)
      likes[i * to.length + j] = like
      const kept = like >= ALIKE ? like + (totals[(i + 1) * width + j + 1] ?? 0) : 0
      const without = Math.max(totals[(i + 1) * width + j] ?? 0, totals[i * width + j + 1] ?? 0)
      totals[i * width + j] = Math.max(kept, without)
    }
  }
  const pairs: Pair[] = []
  for (let i = 0, j = 0; i < from.length && j < to.length; ) {
    const total = totals[i * width + j] ?? 0
    if (total === (totals[(i + 1) * width + j] ?? 0)) i++
    else if (total === (totals[i * width + j + 1] ?? 0)) j++
    else pairs.push({ from: (from[i++] as Free).at, to: (to[j++] as Free).at })
  }
  return pairs
}

/** Each with the next few of the other side, for gaps too large for a table. */
function inOrder(from: readonly Free[], to: readonly Free[]): Pair[] {
  const pairs: Pair[] = []
  let next = 0
  for (const { at, bag } of from) {
    const window = to.slice(next, next + AHEAD)
    const found = window.findIndex((other) => likeness(bag, other.bag) >= ALIKE)
    if (found < 0) continue
    pairs.push({ from: at, to: (window[found] as Free).at })
    next += found + 1
  }
  return pairs
}
