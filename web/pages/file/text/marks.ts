import type { Locator, TextPart } from '../../../api-types.ts'
import { findPassage, type Range } from '../passage.ts'
import type { FileSearch } from '../place.ts'

const LOCATED = ['page', 'slide', 'sheet', 'line', 'heading', 'path'] as const

/** Whether the address names a place in the text. */
export const isLocated = (place: FileSearch): boolean =>
  LOCATED.some((key) => place[key] !== undefined)

/** Indexes of the parts that the place means. */
export function partsAt(parts: readonly TextPart[], place: FileSearch): number[] {
  const fits = (test: (locator: Locator) => boolean): number[] =>
    parts.flatMap(({ locator }, index) => (test(locator) ? [index] : []))
  if (place.page) return fits(({ page }) => page === place.page)
  if (place.slide) return fits(({ slide }) => slide === place.slide)
  if (place.sheet) {
    const exact = fits(({ sheet, cells }) => sheet === place.sheet && cells === place.cells)
    return exact.length > 0 ? exact : fits(({ sheet }) => sheet === place.sheet)
  }
  if (place.line) return lastBefore(parts, place.line)
  if (place.path) return fits(({ path }) => path === place.path)
  if (place.heading) return fits(({ heading }) => heading === place.heading)
  return []
}

/** A hit knows its own line, a part the line it begins with. */
function lastBefore(parts: readonly TextPart[], line: number): number[] {
  const at = parts.findLastIndex(
    ({ locator }) => (locator.line ?? Number.POSITIVE_INFINITY) <= line,
  )
  return at < 0 ? [] : [at]
}

/**
 * What to mark in which part: the passage in the parts the place means, else in any part; the words
 * of the query when the passage is nowhere.
 */
export function marksIn(parts: readonly TextPart[], place: FileSearch): Map<number, Range[]> {
  const meant = partsAt(parts, place)
  const all = meant.length > 0 ? meant : parts.map((_, index) => index)
  const tries: [indexes: number[], passage: string, query: string][] = [
    [all, place.hit ?? '', ''],
    [all, '', meant.length > 0 || !isLocated(place) ? (place.q ?? '') : ''],
  ]
  for (const [indexes, passage, query] of tries) {
    const found = indexes.flatMap((index): [number, Range[]][] => {
      const ranges = findPassage(parts[index]?.text ?? '', passage, query)
      return ranges.length > 0 ? [[index, ranges]] : []
    })
    if (found.length > 0) return new Map(found)
  }
  return new Map()
}

/** The marks of `text.slice(start, end)`, counted from its beginning. */
export const within = (marks: readonly Range[], start: number, end: number): Range[] =>
  marks
    .filter(([from, to]) => from < end && to > start)
    .map(([from, to]) => [Math.max(from, start) - start, Math.min(to, end) - start])
