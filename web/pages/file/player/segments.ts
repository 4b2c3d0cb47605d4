import type { TextPart } from '../../../api-types.ts'
import { findPassage, type Range } from '../passage.ts'
import type { FileSearch } from '../place.ts'

/** A run of speech, in order of time. */
export interface Spoken {
  startMs: number
  endMs: number
  text: string
}

/** What of a file's text is said in it; its title and the like have no time. */
export const spokenOf = (parts: readonly TextPart[]): Spoken[] =>
  parts.flatMap(({ text, locator: { start_ms: startMs, end_ms } }) =>
    startMs === undefined ? [] : [{ startMs, endMs: end_ms ?? startMs, text }],
  )

/** Index of what is said at a time, or was said last before it; -1 before the first word. */
export function indexAt(spoken: readonly Spoken[], ms: number): number {
  let low = 0
  let high = spoken.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((spoken[middle]?.startMs ?? 0) <= ms) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** A hit is some sentences long: the words that were found may be said later in it. */
const HIT_SEGMENTS = 30

/**
 * What to mark of what is said: the words that were found, in the sentences behind the place that
 * the address names. By the index of the segment.
 */
export function marksIn(spoken: readonly Spoken[], place: FileSearch): Map<number, Range[]> {
  if (!place.q && !place.hit) return new Map()
  const first = place.at === undefined ? 0 : Math.max(0, indexAt(spoken, place.at * 1000 + 999))
  const last = place.at === undefined ? spoken.length : first + HIT_SEGMENTS
  const words = place.q ?? place.hit ?? ''
  return new Map(
    spoken.slice(first, last).flatMap(({ text }, behind): [number, Range[]][] => {
      const ranges = findPassage(text, words, words)
      return ranges.length > 0 ? [[first + behind, ranges]] : []
    }),
  )
}

/** Where to begin, in seconds: at the words that were found, else where the address says. */
export function beginAt(
  spoken: readonly Spoken[],
  marks: ReadonlyMap<number, Range[]>,
  place: FileSearch,
): number | undefined {
  const [first] = marks.keys()
  const found = first === undefined ? undefined : spoken[first]
  return found ? found.startMs / 1000 : place.at
}
