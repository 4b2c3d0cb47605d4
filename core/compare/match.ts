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
 * again, and where there are none, the shortest edit, or landmarks of several elements.
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
    // One by one: a long text has more landmarks than a call can have arguments.
    for (const run of runs?.found ?? []) found.push(run)
    if (runs && !runs.isWhole) for (const rest of gapsBetween(runs.found, inner)) open.push(rest)
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
  if (landmarks.length > 0) return { found: runsOf(landmarks), isWhole: false }
  const shortest = myers(a, b, gap, limits.edits)
  if (shortest) return { found: shortest, isWhole: true }
  const repeated = heaviestChain(repeatedLinks(a, b, gap, weight))
  return repeated.length > 0 ? { found: runsOf(repeated), isWhole: false } : undefined
}

const runsOf = (links: readonly Link[]): Run[] =>
  links.map(({ from, to }) => ({ from, to, length: 1 }))

/**
 * Landmarks where every element occurs again: two of them, four or eight that follow each other may
 * still be found once.
 */
function repeatedLinks(a: Ids, b: Ids, gap: Gap, weight: (at: number) => number): Link[] {
  let here = Array.from(
    { length: gap.fromEnd - gap.fromStart },
    (_, at) => a[gap.fromStart + at] ?? -1,
  )
  let there = Array.from({ length: gap.toEnd - gap.toStart }, (_, at) => b[gap.toStart + at] ?? -1)
  for (let width = 1; width < 8 && here.length > width && there.length > width; width *= 2) {
    const ids = new Map<number, number>()
    const pairs = (run: readonly number[]) =>
      Array.from({ length: run.length - width }, (_, at) => {
        const key = (run[at] ?? 0) * 2 ** 26 + (run[at + width] ?? 0)
        const id = ids.get(key) ?? ids.size
        ids.set(key, id)
        return id
      })
    here = pairs(here)
    there = pairs(there)
    const whole = { fromStart: 0, fromEnd: here.length, toStart: 0, toEnd: there.length }
    const links = uniqueLinks(here, there, whole, (at) => weight(gap.fromStart + at))
    if (links.length > 0) {
      return links.map((link) => ({
        ...link,
        from: link.from + gap.fromStart,
        to: link.to + gap.toStart,
      }))
    }
  }
  return []
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
