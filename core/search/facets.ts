import type { Facets } from '../model/hit.ts'
import type { Pointer } from '../ports/index.ts'

const DAY_MS = 24 * 60 * 60_000
const AGES = [
  { value: 'week', days: 7 },
  { value: 'month', days: 31 },
  { value: 'year', days: 366 },
] as const

/** Counts found documents by kind, book and age; most first. */
export function facetsOf(documents: readonly Pointer[], now: number): Facets {
  const kinds = Map.groupBy(documents, ({ kind }) => kind)
  const books = Map.groupBy(documents, ({ bookId }) => bookId)
  return {
    kind: [...kinds]
      .map(([value, { length: count }]) => ({ value, count }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)),
    book: [...books]
      .map(([id, found]) => ({ id, name: found[0]?.bookName ?? '', count: found.length }))
      .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name)),
    changed: AGES.map(({ value, days }) => ({
      value,
      count: documents.filter(({ updatedAt }) => updatedAt >= now - days * DAY_MS).length,
    })).filter(({ count }) => count > 0),
  }
}
