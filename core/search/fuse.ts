/** How much the first places of a list stand out (Cormack, Clarke and Büttcher 2009). */
const K = 60

/** One order of the same things, best first, and how much it counts. */
export interface RankedList<Key> {
  keys: readonly Key[]
  weight: number
}

/**
 * Reciprocal rank fusion: joins orders whose scores cannot be compared. A key counts at its first
 * place in each list.
 *
 * @returns score by key, best first; equals in order of first appearance
 */
export function fuse<Key>(lists: readonly RankedList<Key>[]): Map<Key, number> {
  const scores = new Map<Key, number>()
  for (const { keys, weight } of lists) {
    for (const [place, key] of [...new Set(keys)].entries()) {
      scores.set(key, (scores.get(key) ?? 0) + weight / (K + place + 1))
    }
  }
  return new Map([...scores].sort(([, a], [, b]) => b - a))
}
