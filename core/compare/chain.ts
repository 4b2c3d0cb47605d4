/** Two places that belong together, and how much it is worth to keep them so. */
export interface Link {
  from: number
  to: number
  weight: number
}

/**
 * The links of most weight together that ascend on both sides: the order that most of the text kept.
 * The others were moved. O(n log n) by a tree of best ends (Fenwick).
 *
 * @param links sorted by `from`; each `from` and each `to` may occur several times
 */
export function heaviestChain<T extends Link>(links: readonly T[]): T[] {
  const size = links.reduce((most, { to }) => Math.max(most, to), -1) + 2
  const best = new Float64Array(size)
  const bestEnd = new Int32Array(size).fill(-1)
  const totals = new Float64Array(links.length)
  const before = new Int32Array(links.length).fill(-1)
  let [last, most] = [-1, 0]

  const note = (index: number) => {
    const { to } = links[index] as Link
    const total = totals[index] ?? 0
    for (let at = to + 1; at < size; at += at & -at) {
      if (total <= (best[at] ?? 0)) continue
      best[at] = total
      bestEnd[at] = index
    }
    if (total > most) [last, most] = [index, total]
  }
  const weigh = (index: number) => {
    const { to, weight } = links[index] as Link
    let [found, total] = [-1, 0]
    for (let at = to; at > 0; at -= at & -at) {
      if ((best[at] ?? 0) > total) [found, total] = [bestEnd[at] ?? -1, best[at] ?? 0]
    }
    before[index] = found
    totals[index] = total + weight
  }

  // Links of one `from` are weighed before any of them is noted: they exclude each other.
  for (let start = 0; start < links.length; ) {
    let end = start
    while (end < links.length && links[end]?.from === links[start]?.from) weigh(end++)
    while (start < end) note(start++)
  }
  const chain: T[] = []
  for (let at = last; at >= 0; at = before[at] ?? -1) chain.push(links[at] as T)
  return chain.reverse()
}
