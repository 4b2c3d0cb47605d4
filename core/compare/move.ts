import type { Ids } from './myers.ts'
import type { Run } from './run.ts'
import { type Bag, likeness } from './similar.ts'

/** Passages shorter than this, in characters, occur everywhere: together they may be a move. */
const LEAST = 24
/** Places that are tried for a passage that occurs often. */
const MOST_PLACES = 16
/** Words of a passage that was moved and changed; fewer are a coincidence. */
const LEAST_WORDS = 8
const ALIKE = 0.7
/** Passages on each side that are looked at for moves with changes. */
const MOST_CHANGED = 4000
/** Steps along runs that repeat themselves, all of a comparison together. */
const MOST_STEPS = 4_000_000
/** A word in more passages than this does not tell them apart. */
const COMMON = 40

/** What is left on each side once all that stayed in its place is known. */
export interface Left {
  from: readonly number[]
  to: readonly number[]
}

/**
 * Runs that stand elsewhere now, word for word: the longest first, none used twice. In the order of
 * the second text.
 */
export function exactMoves(
  a: Ids,
  b: Ids,
  { left, lengthAt }: { left: Left; lengthAt: (from: number) => number },
): Run[] {
  const freeFrom = new Set(left.from)
  const freeTo = new Set(left.to)
  const places = placesOf(a, left.from)
  const steps = { left: MOST_STEPS }
  const candidates = left.to.flatMap((to) =>
    (places.get(b[to] ?? -1) ?? []).flatMap((from) => {
      // The middle of a longer run is no candidate: its beginning is.
      const isMiddle = freeFrom.has(from - 1) && freeTo.has(to - 1) && a[from - 1] === b[to - 1]
      return isMiddle ? [] : [longestAt(a, b, { from, to }, { from: freeFrom, to: freeTo, steps })]
    }),
  )
  const sizeOf = ({ from, length }: Run) => {
    let size = 0
    for (let at = from; at < from + length; at++) size += lengthAt(at)
    return size
  }
  const bySize = candidates
    .map((run) => ({ run, size: sizeOf(run) }))
    .filter(({ size }) => size >= LEAST)
    .sort((one, other) => other.size - one.size || one.run.to - other.run.to)
  const moves: Run[] = []
  for (const { run } of bySize) {
    for (const rest of stillFree(run, freeFrom, freeTo)) {
      if (sizeOf(rest) < LEAST) continue
      for (let at = 0; at < rest.length; at++) {
        freeFrom.delete(rest.from + at)
        freeTo.delete(rest.to + at)
      }
      moves.push(rest)
    }
  }
  return moves.sort((one, other) => one.to - other.to)
}

function placesOf(ids: Ids, places: readonly number[]): Map<number, number[]> {
  const found = new Map<number, number[]>()
  for (const at of places) {
    const id = ids[at] ?? -1
    const known = found.get(id)
    if (!known) found.set(id, [at])
    else if (known.length < MOST_PLACES) known.push(at)
  }
  return found
}

function longestAt(
  a: Ids,
  b: Ids,
  { from, to }: { from: number; to: number },
  free: { from: Set<number>; to: Set<number>; steps: { left: number } },
): Run {
  let length = 0
  const goesOn = () =>
    free.from.has(from + length) &&
    free.to.has(to + length) &&
    a[from + length] === b[to + length] &&
    free.steps.left-- > 0
  while (goesOn()) length++
  return { from, to, length }
}

/** What a longer run has not taken yet. */
function stillFree(run: Run, from: Set<number>, to: Set<number>): Run[] {
  const rests: Run[] = []
  let isOpen = false
  for (let at = 0; at < run.length; at++) {
    const isFree = from.has(run.from + at) && to.has(run.to + at)
    const last = rests.at(-1)
    if (isFree && isOpen && last) last.length++
    else if (isFree) rests.push({ from: run.from + at, to: run.to + at, length: 1 })
    isOpen = isFree
  }
  return rests
}

/**
 * Passages that stand elsewhere now and were changed as well: the most alike first, none used twice.
 * Of very many, none is looked for.
 */
export function changedMoves(
  left: Left,
  bags: { from(at: number): Bag; to(at: number): Bag },
): { from: number; to: number }[] {
  if (left.from.length > MOST_CHANGED || left.to.length > MOST_CHANGED) return []
  const places = new Map<string, number[]>()
  for (const from of left.from) {
    const bag = bags.from(from)
    if (bag.size < LEAST_WORDS) continue
    for (const word of bag.words.keys()) {
      const known = places.get(word)
      if (known) known.push(from)
      else places.set(word, [from])
    }
  }
  const found = left.to.flatMap((to) => {
    const bag = bags.to(to)
    if (bag.size < LEAST_WORDS) return []
    return [...likely(bag, places)].flatMap((from) => {
      const like = likeness(bags.from(from), bag)
      return like >= ALIKE ? [{ from, to, like }] : []
    })
  })
  found.sort((one, other) => other.like - one.like || one.to - other.to)
  const used = { from: new Set<number>(), to: new Set<number>() }
  return found.flatMap(({ from, to }) => {
    if (used.from.has(from) || used.to.has(to)) return []
    used.from.add(from)
    used.to.add(to)
    return [{ from, to }]
  })
}

/** Passages with the rarer words of this one; those with most of them first. */
function likely({ words }: Bag, places: Map<string, number[]>): number[] {
  const counts = new Map<number, number>()
  for (const word of words.keys()) {
    const there = places.get(word) ?? []
    if (there.length > COMMON) continue
    for (const from of there) counts.set(from, (counts.get(from) ?? 0) + 1)
  }
  return [...counts]
    .sort((one, other) => other[1] - one[1])
    .slice(0, MOST_PLACES)
    .map(([from]) => from)
}
