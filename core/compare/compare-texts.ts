import type { Part } from '../model/locator.ts'
import { type Block, blocksOf } from './block.ts'
import { heaviestChain } from './chain.ts'
import { match } from './match.ts'
import { changedMoves, exactMoves } from './move.ts'
import { pairGap } from './pair.ts'
import { type Row, rowsOf } from './row.ts'
import { type Gap, gapsBetween, joinRuns, type Run } from './run.ts'
import { type Bag, bagOf } from './similar.ts'
import type { Budget } from './words.ts'

/** How much one comparison may take. What goes beyond is compared less closely, never cut off. */
export interface CompareLimits {
  /** Passages of one text; of longer ones only the first so many are compared. */
  blocks: number
  /** Insertions and deletions in a stretch without landmarks. */
  edits: number
  /** Passages looked at in all rounds together. */
  visits: number
  /** Pairs of words looked at in changed passages, all together. */
  words: number
}

export const COMPARE_LIMITS: CompareLimits = {
  blocks: 200_000,
  edits: 1000,
  visits: 20_000_000,
  words: 400_000_000,
}

/** How one text became another, passage by passage. */
export interface TextComparison {
  from: Block[]
  to: Block[]
  rows: Row[]
  /** Whether a stretch was too long or too different to be compared closely. */
  isCoarse: boolean
  /** Whether there was more text than is compared. */
  isCut: boolean
}

/** Compares two texts, as the extraction left them. Bounded in time and memory by `limits`. */
export function compareTexts(
  parts: { from: readonly Part[]; to: readonly Part[] },
  limits: CompareLimits = COMPARE_LIMITS,
): TextComparison {
  const [allFrom, allTo] = [blocksOf(parts.from), blocksOf(parts.to)]
  const from = allFrom.slice(0, limits.blocks)
  const to = allTo.slice(0, limits.blocks)
  const [a, b] = idsOf(from, to)
  const lengthAt = (at: number) => from[at]?.text.length ?? 0
  // Short passages are poor landmarks, very long ones no better than long ones.
  const weight = (at: number) => 1 + Math.min(lengthAt(at), 400)
  const kept = match(a, b, { weight, limits })
  const whole = { fromStart: 0, fromEnd: a.length, toStart: 0, toEnd: b.length }
  const found = exactMoves(a, b, { left: leftIn(gapsBetween(kept.runs, whole)), lengthAt })
  const { runs, moves } = kept.isCoarse
    ? settled(kept.runs, found, whole)
    : { runs: kept.runs, moves: found }
  const gaps = gapsBetween(runs, whole)
  const left = leftIn(gaps)
  const bags = bagsOf(from, to)
  const moved = placesIn(moves)
  const pairs = gaps.flatMap((gap) =>
    pairGap(gap, {
      from: (at) => (moved.from.has(at) ? undefined : bags.from(at)),
      to: (at) => (moved.to.has(at) ? undefined : bags.to(at)),
    }),
  )
  const taken = placesIn([...moves, ...pairs.map((pair) => ({ ...pair, length: 1 }))])
  const rest = {
    from: left.from.filter((at) => !taken.from.has(at)),
    to: left.to.filter((at) => !taken.to.has(at)),
  }
  const budget: Budget = { left: limits.words }
  const rows = rowsOf(
    { from, to },
    { kept: runs, moves, pairs, changedMoves: changedMoves(rest, bags), budget },
  )
  return {
    from,
    to,
    rows,
    isCoarse: kept.isCoarse || budget.left < 0,
    isCut: from.length < allFrom.length || to.length < allTo.length,
  }
}

/**
 * Where a stretch was not looked at closely, runs that seem to have moved inside it may as well have
 * stayed: as many of them as keep their order do.
 */
function settled(kept: readonly Run[], found: readonly Run[], whole: Gap) {
  const gaps = gapsBetween(kept, whole)
  const inside = new Map<Gap, (Run & { weight: number })[]>()
  let at = 0
  for (const run of found.toSorted((one, other) => one.from - other.from)) {
    while ((gaps[at]?.fromEnd ?? Number.POSITIVE_INFINITY) <= run.from) at++
    const gap = gaps[at]
    if (!gap || run.to < gap.toStart || run.to >= gap.toEnd) continue
    const known = inside.get(gap) ?? []
    known.push({ ...run, weight: run.length })
    inside.set(gap, known)
  }
  const stayed = [...inside.values()].flatMap((runs) => heaviestChain(runs))
  const places = new Set(stayed.map(({ from }) => from))
  const runs = [...kept, ...stayed].sort((one, other) => one.from - other.from)
  return { runs: joinRuns(runs), moves: found.filter(({ from }) => !places.has(from)) }
}

/** A number for each text, the same for the same. */
function idsOf(from: readonly Block[], to: readonly Block[]): [Int32Array, Int32Array] {
  const ids = new Map<string, number>()
  const idOf = ({ text }: Block) => {
    const known = ids.get(text) ?? ids.size
    ids.set(text, known)
    return known
  }
  return [Int32Array.from(from, idOf), Int32Array.from(to, idOf)]
}

function leftIn(
  gaps: readonly { fromStart: number; fromEnd: number; toStart: number; toEnd: number }[],
) {
  const left: { from: number[]; to: number[] } = { from: [], to: [] }
  for (const { fromStart, fromEnd, toStart, toEnd } of gaps) {
    for (let at = fromStart; at < fromEnd; at++) left.from.push(at)
    for (let at = toStart; at < toEnd; at++) left.to.push(at)
  }
  return left
}

function placesIn(runs: readonly Run[]) {
  const places = { from: new Set<number>(), to: new Set<number>() }
  for (const { from, to, length } of runs) {
    for (let at = 0; at < length; at++) {
      places.from.add(from + at)
      places.to.add(to + at)
    }
  }
  return places
}

/** Words of passages, counted when they are asked for and kept. */
function bagsOf(from: readonly Block[], to: readonly Block[]) {
  const keeping = (blocks: readonly Block[]) => {
    const known = new Map<number, Bag>()
    return (at: number): Bag => {
      const bag = known.get(at) ?? bagOf(blocks[at]?.text ?? '')
      known.set(at, bag)
      return bag
    }
  }
  return { from: keeping(from), to: keeping(to) }
}
