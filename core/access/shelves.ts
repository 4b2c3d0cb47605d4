import type { Book, Chapter } from '../model/library.ts'

/** Every book and chapter of the box as they stood at one moment; made anew when they change. */
export interface Shelves {
  /** By name. */
  readonly books: readonly Book[]
  /** By name. */
  readonly chapters: readonly Chapter[]
  book(id: string): Book | undefined
  chapter(id: string): Chapter | undefined
  /** By name; none for a book that is not there. */
  chaptersOf(bookId: string): readonly Chapter[]
  /** Of these ids those that are there, each once, in the order of all. */
  booksAmong(ids: Iterable<string>): readonly Book[]
  chaptersAmong(ids: Iterable<string>): readonly Chapter[]
}

/** @param books, chapters in the order in which they are told */
export function shelvesOf(books: readonly Book[], chapters: readonly Chapter[]): Shelves {
  const bookAt = placesOf(books)
  const chapterAt = placesOf(chapters)
  const inBooks = Map.groupBy(chapters, ({ bookId }) => bookId)
  return {
    books,
    chapters,
    book: (id) => books[bookAt.get(id) ?? -1],
    chapter: (id) => chapters[chapterAt.get(id) ?? -1],
    chaptersOf: (bookId) => inBooks.get(bookId) ?? [],
    booksAmong: (ids) => among(books, bookAt, ids),
    chaptersAmong: (ids) => among(chapters, chapterAt, ids),
  }
}

const placesOf = (of: readonly { id: string }[]): Map<string, number> =>
  new Map(of.map(({ id }, at) => [id, at]))

function among<T>(all: readonly T[], places: Map<string, number>, ids: Iterable<string>): T[] {
  const found = new Set<number>()
  for (const id of ids) {
    const at = places.get(id)
    if (at !== undefined) found.add(at)
  }
  return [...found].sort((a, b) => a - b).map((at) => all[at] as T)
}
