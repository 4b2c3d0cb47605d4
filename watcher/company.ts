import type { Clock, Ports } from '../core/ports/index.ts'

/** How long those who are ready wait for one that is not: a large file, a folder far away. */
const PATIENCE_MS = 100

type Stores = Pick<Ports, 'catalog' | 'clock'>

/** One of several files that are taken together. */
export interface Member<P extends Stores> {
  /** The ports, whose catalog waits for the others of the company where it writes. */
  readonly ports: P
  /** Nobody waits for this one any more. Must be called in the end. */
  leave(): void
}

/**
 * Files that are taken together keep step at the two places where each waits for a commit, so that one
 * commit serves all of them. Without it they drift apart, and five share one at best (measured: 412
 * commits for 944 files; 75 with it).
 */
export function company<P extends Stores>(ports: P, size: number): Member<P>[] {
  if (size === 1) return [{ ports, leave: () => {} }]
  const gates = { begin: gate(ports.clock, size), finish: gate(ports.clock, size) }
  return Array.from({ length: size }, () => member(ports, gates))
}

function member<P extends Stores>(
  ports: P,
  gates: Readonly<Record<'begin' | 'finish', Gate>>,
): Member<P> {
  const ahead = new Set<Gate>([gates.begin, gates.finish])
  const through = (name: 'begin' | 'finish') => {
    const isFirst = ahead.delete(gates[name])
    return isFirst ? gates[name].arrive() : Promise.resolve()
  }
  const { ingest } = ports.catalog
  const inStep: Ports['catalog']['ingest'] = {
    ...ingest,
    begin: (input) => through('begin').then(() => ingest.begin(input)),
    finish: (input, path) => through('finish').then(() => ingest.finish(input, path)),
  }
  return {
    ports: { ...ports, catalog: { ...ports.catalog, ingest: inStep } },
    leave() {
      for (const each of ahead) each.excuse()
      ahead.clear()
    },
  }
}

interface Gate {
  /** Resolves when everybody is here who is still expected, or those who are have waited for long. */
  arrive(): Promise<void>
  /** One fewer will come. */
  excuse(): void
}

function gate(clock: Pick<Clock, 'sleep'>, size: number): Gate {
  const opened = new AbortController()
  const { promise, resolve } = Promise.withResolvers<void>()
  let expected = size
  let arrived = 0
  const open = () => {
    opened.abort()
    resolve()
  }
  return {
    arrive() {
      arrived++
      if (arrived >= expected) open()
      else if (arrived === 1) void clock.sleep(PATIENCE_MS, opened.signal).then(open)
      return promise
    },
    excuse() {
      expected--
      if (arrived > 0 && arrived >= expected) open()
    },
  }
}
