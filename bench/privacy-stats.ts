/** Times of one kind of call, in milliseconds: for what nobody has, and for what only others have. */
export interface Timing {
  what: string
  unknown: number[]
  known: number[]
}

/**
 * How well the times tell the two apart: 0.5 not at all, 0 or 1 always. The chance that one of a
 * pair, drawn at random, took longer (Mann-Whitney).
 */
export function auc({ unknown, known }: Timing): number {
  const all = [
    ...unknown.map((ms) => ({ ms, isKnown: false })),
    ...known.map((ms) => ({ ms, isKnown: true })),
  ].sort((a, b) => a.ms - b.ms)
  let ranks = 0
  for (let from = 0; from < all.length; ) {
    let to = from
    while (to < all.length && all[to]?.ms === all[from]?.ms) to++
    const middle = (from + 1 + to) / 2
    ranks += middle * all.slice(from, to).filter(({ isKnown }) => isKnown).length
    from = to
  }
  const n = known.length
  return (ranks - (n * (n + 1)) / 2) / (n * unknown.length)
}

/** Standard deviations between `auc` and the one of two times that are the same. */
export const zOf = (timing: Timing): number => {
  const [n, m] = [timing.unknown.length, timing.known.length]
  return (auc(timing) - 0.5) / Math.sqrt((n + m + 1) / (12 * n * m))
}

export const median = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0

/** `items` in an order that chance gives. */
export function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
