import type { Book, ChapterRow, Role } from '../../api-types.ts'

const RANK: Record<Role, number> = { viewer: 1, contributor: 2, admin: 3 }

/** Whether `role` may do what `needed` may. */
export const may = (role: Role | null | undefined, needed: Role): boolean =>
  role !== null && role !== undefined && RANK[role] >= RANK[needed]

export interface Place {
  book: Book
  chapter: ChapterRow
}

/** The chapter of that id, with its book. */
export function placeOfChapter(books: readonly Book[], chapterId: string): Place | undefined {
  for (const book of books) {
    const chapter = book.chapters.find((each) => each.id === chapterId)
    if (chapter) return { book, chapter }
  }
  return undefined
}
