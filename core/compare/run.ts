/** `length` elements from `from` on of the one sequence are those from `to` on of the other. */
export interface Run {
  from: number
  to: number
  length: number
}

/** Half-open stretches of two sequences, opposite each other. */
export interface Gap {
  fromStart: number
  fromEnd: number
  toStart: number
  toEnd: number
}

/** What lies between runs that ascend on both sides, the ends included; empty stretches apart. */
export function gapsBetween(runs: readonly Run[], whole: Gap): Gap[] {
  const gaps: Gap[] = []
  let { fromStart, toStart } = whole
  for (const { from, to, length } of [
    ...runs,
    { from: whole.fromEnd, to: whole.toEnd, length: 0 },
  ]) {
    if (from > fromStart || to > toStart)
      gaps.push({ fromStart, fromEnd: from, toStart, toEnd: to })
    fromStart = from + length
    toStart = to + length
  }
  return gaps
}

/** Runs in order, those that continue one another joined. */
export function joinRuns(runs: readonly Run[]): Run[] {
  const joined: Run[] = []
  for (const run of runs) {
    const last = joined.at(-1)
    const goesOn = last && last.from + last.length === run.from && last.to + last.length === run.to
    if (goesOn) last.length += run.length
    else joined.push({ from: run.from, to: run.to, length: run.length })
  }
  return joined
}
