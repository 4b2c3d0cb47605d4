/** Numbers as people write them: `3, 7–9`. Sorted, each once. */
export function rangesOf(units: readonly number[], show: (unit: number) => string): string {
  const sorted = [...new Set(units)].sort((one, other) => one - other)
  const runs: [number, number][] = []
  for (const unit of sorted) {
    const run = runs.at(-1)
    if (run && unit === run[1] + 1) run[1] = unit
    else runs.push([unit, unit])
  }
  return runs
    .map(([from, to]) => (from === to ? show(from) : `${show(from)}–${show(to)}`))
    .join(', ')
}
