import { KINDS, type Kind, type SortOrder } from '../../api-types.ts'

export const CHANGED = ['week', 'month', 'year'] as const
export type Changed = (typeof CHANGED)[number]

/** Everything the search page shows, kept in the address: a search can be sent to a colleague. */
export interface SearchState {
  q?: string | undefined
  type?: Kind[] | undefined
  book?: string[] | undefined
  chapter?: string[] | undefined
  changed?: Changed | undefined
  sort?: Exclude<SortOrder, 'best'> | undefined
}

const strings = (value: unknown): string[] => {
  const all = Array.isArray(value) ? value : [value]
  return all.filter((one): one is string => typeof one === 'string' && one !== '')
}

/** Reads the address; whatever does not fit is left out rather than refused. */
export function searchState(raw: Record<string, unknown>): SearchState {
  const type = strings(raw.type).filter((one): one is Kind => KINDS.some((kind) => kind === one))
  const book = strings(raw.book)
  const chapter = strings(raw.chapter)
  const changed = CHANGED.find((span) => span === raw.changed)
  const q = strings(raw.q)[0]
  return {
    ...(q && { q }),
    ...(type.length > 0 && { type }),
    ...(book.length > 0 && { book }),
    ...(chapter.length > 0 && { chapter }),
    ...(changed && { changed }),
    ...((raw.sort === 'exact' || raw.sort === 'newest') && { sort: raw.sort }),
  }
}

/** How many filters narrow the search. */
export const chosenCount = ({ type, book, chapter, changed }: SearchState): number =>
  (type?.length ?? 0) + (book?.length ?? 0) + (chapter?.length ?? 0) + (changed ? 1 : 0)

export const NO_FILTERS: Partial<SearchState> = {
  type: undefined,
  book: undefined,
  chapter: undefined,
  changed: undefined,
}

const DAYS: Record<Changed, number> = { week: 7, month: 30, year: 365 }

/** Start of the span `changed` means, epoch ms, at the day so that the same answer can be kept. */
export function changedSince(changed: Changed, now: number): number {
  const day = 86_400_000
  return Math.floor(now / day) * day - DAYS[changed] * day
}
