import type { Kind, SortOrder } from '../../api-types.ts'

export type Changed = 'week' | 'month' | 'year'

/** Everything the search page shows, kept in the address: a search can be sent to a colleague. */
export interface SearchState {
  q?: string
  type?: Kind[]
  book?: string[]
  chapter?: string[]
  changed?: Changed
  sort?: Exclude<SortOrder, 'best'>
}

const CHANGED: readonly string[] = ['week', 'month', 'year'] satisfies Changed[]

const strings = (value: unknown): string[] => {
  const all = Array.isArray(value) ? value : [value]
  return all.filter((one): one is string => typeof one === 'string' && one !== '')
}

/** Reads the address; whatever does not fit is left out rather than refused. */
export function searchState(raw: Record<string, unknown>): SearchState {
  const type = strings(raw.type) as Kind[]
  const book = strings(raw.book)
  const chapter = strings(raw.chapter)
  // A query of digits comes out of the address as a number.
  const q = typeof raw.q === 'number' ? String(raw.q) : raw.q
  return {
    ...(typeof q === 'string' && q !== '' && { q }),
    ...(type.length > 0 && { type }),
    ...(book.length > 0 && { book }),
    ...(chapter.length > 0 && { chapter }),
    ...(CHANGED.includes(String(raw.changed)) && { changed: raw.changed as Changed }),
    ...((raw.sort === 'exact' || raw.sort === 'newest') && { sort: raw.sort }),
  }
}

const DAYS: Record<Changed, number> = { week: 7, month: 30, year: 365 }

/** Start of the span `changed` means, epoch ms, at the day so that the same answer can be kept. */
export function changedSince(changed: Changed, now: number): number {
  const day = 86_400_000
  return Math.floor(now / day) * day - DAYS[changed] * day
}
