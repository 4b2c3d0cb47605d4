import type { Gap, Run } from './run.ts'

/** Numbers that stand for texts: equal ones for equal texts. */
export type Ids = ArrayLike<number>

/**
 * The longest common subsequence of two stretches, as runs in order; undefined when they are further
 * apart than `mostEdits` insertions and deletions. Time is O((n + m) × edits), memory O(edits²).
 *
 * E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1 (1986).
 */
export function myers(a: Ids, b: Ids, gap: Gap, mostEdits: number): Run[] | undefined {
  const n = gap.fromEnd - gap.fromStart
  const m = gap.toEnd - gap.toStart
  const most = Math.min(n + m, mostEdits)
  const furthest = new Int32Array(2 * most + 3)
  const trace: Int32Array[] = []
  for (let edits = 0; edits <= most; edits++) {
    trace.push(furthest.slice(most - edits, most + edits + 3))
    for (let k = -edits; k <= edits; k += 2) {
      let x = startOf(furthest, most + 1 + k, k === -edits, k === edits)
      while (x < n && x - k < m && a[gap.fromStart + x] === b[gap.toStart + x - k]) x++
      furthest[most + 1 + k] = x
      if (x >= n && x - k >= m) return runsBack(trace, gap, n, m)
    }
  }
  return undefined
}

/** Where a diagonal begins: below the one above it, or right of the one below it. */
function startOf(furthest: Int32Array, at: number, isLowest: boolean, isHighest: boolean): number {
  const below = furthest[at - 1] ?? 0
  const above = furthest[at + 1] ?? 0
  return isLowest || (!isHighest && below < above) ? above : below + 1
}

/** The way back from the end: what was walked diagonally is common. */
function runsBack(trace: readonly Int32Array[], gap: Gap, n: number, m: number): Run[] {
  const runs: Run[] = []
  let [x, y] = [n, m]
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const before = trace[edits] ?? new Int32Array()
    const k = x - y
    // The slice of a round begins one diagonal below its lowest.
    const at = k + edits + 1
    const isDown = k === -edits || (k !== edits && (before[at - 1] ?? 0) < (before[at + 1] ?? 0))
    const fromX = edits === 0 ? 0 : isDown ? (before[at + 1] ?? 0) : (before[at - 1] ?? 0)
    const fromY = edits === 0 ? 0 : fromX - (isDown ? k + 1 : k - 1)
    const startX = edits === 0 ? 0 : isDown ? fromX : fromX + 1
    const length = x - startX
    if (length > 0) {
      runs.unshift({ from: gap.fromStart + startX, to: gap.toStart + startX - k, length })
    }
    ;[x, y] = [fromX, fromY]
  }
  return runs
}
