import { heaviestChain, type Link } from './chain.ts'
import { type Ids, myers } from './myers.ts'
import { type Gap, gapsBetween, joinRuns, type Run } from './run.ts'

/** What stayed where it was. */
export interface Matched {
  /** In order on both sides. */
  runs: Run[]
  /** Whether a stretch was too different, or too long, to be looked at closely. */
  isCoarse: boolean
}

/** How much work one comparison may be. */
export interface MatchLimits {
  /** Insertions and deletions in a stretch without landmarks. */
  edits: number
  /** Elements that are looked at, all rounds together. */
  visits: number
}

/**
 * What two sequences have in common in the same order. Elements that occur once on both sides are
 * landmarks, and of those that contradict each other the heavier ones win; between landmarks the same
 * again, and where there are none, the shortest edit.
 *
 * @param weight of an element; how much is lost when it is told as moved
 */
export function match(
  a: Ids,
  b: Ids,
  { weight, limits }: { weight: (at: number) => number; limits: MatchLimits },
): Matched {
  const found: Run[] = []
  let isCoarse = false
  let left = limits.visits
  const open: Gap[] = [{ fromStart: 0, fromEnd: a.length, toStart: 0, toEnd: b.length }]
  for (let gap = open.pop(); gap; gap = open.pop()) {
    const { inner, ends } = trim(a, b, gap)
    found.push(...ends)
    const [n, m] = [inner.fromEnd - inner.fromStart, inner.toEnd - inner.toStart]
    if (n === 0 || m === 0) continue
    left -= n + m
    const runs = left < 0 ? undefined : closely(a, b, inner, { weight, limits })
    if (!runs) isCoarse = true
    else if (runs.isWhole) found.push(...runs.found)
    else {
      found.push(...runs.found)
      open.push(...gapsBetween(runs.found, inner))
    }
  }
  found.sort((one, other) => one.from - other.from)
  return { runs: joinRuns(found), isCoarse }
}

/** What both begin and end with. */
function trim(a: Ids, b: Ids, gap: Gap): { inner: Gap; ends: Run[] } {
  const inner = { ...gap }
  const ends: Run[] = []
  while (
    inner.fromStart < inner.fromEnd &&
    inner.toStart < inner.toEnd &&
    a[inner.fromStart] === b[inner.toStart]
  ) {
    inner.fromStart++
    inner.toStart++
  }
  const head = inner.fromStart - gap.fromStart
  if (head > 0) ends.push({ from: gap.fromStart, to: gap.toStart, length: head })
  while (
    inner.fromStart < inner.fromEnd &&
    inner.toStart < inner.toEnd &&
    a[inner.fromEnd - 1] === b[inner.toEnd - 1]
  ) {
    inner.fromEnd--
    inner.toEnd--
  }
  const tail = gap.fromEnd - inner.fromEnd
  if (tail > 0) ends.push({ from: inner.fromEnd, to: inner.toEnd, length: tail })
  return { inner, ends }
}

interface Close {
  found: Run[]
  /** Nothing more is to be found between these. */
  isWhole: boolean
}

function closely(
  a: Ids,
  b: Ids,
  gap: Gap,
  { weight, limits }: { weight: (at: number) => number; limits: MatchLimits },
): Close | undefined {
  const landmarks = heaviestChain(uniqueLinks(a, b, gap, weight))
  if (landmarks.length > 0) {
    return { found: landmarks.map(({ from, to }) => ({ from, to, length: 1 })), isWhole: false }
  }
  const shortest = myers(a, b, gap, limits.edits)
  return shortest && { found: shortest, isWhole: true }
}

/** Elements that occur exactly once on both sides of a gap, by their place in the first. */
function uniqueLinks(a: Ids, b: Ids, gap: Gap, weight: (at: number) => number): Link[] {
  const there = onceIn(b, gap.toStart, gap.toEnd)
  const links: Link[] = []
  for (const [id, from] of onceIn(a, gap.fromStart, gap.fromEnd)) {
    const to = there.get(id)
    if (from >= 0 && to !== undefined && to >= 0) links.push({ from, to, weight: weight(from) })
  }
  return links.sort((one, other) => one.from - other.from)
}

/** Place of each element; -1 of those that occur more than once. */
function onceIn(ids: Ids, start: number, end: number): Map<number, number> {
  const places = new Map<number, number>()
  for (let at = start; at < end; at++) {
    const id = ids[at] ?? -1
    places.set(id, places.has(id) ? -1 : at)
  }
  return places
}
