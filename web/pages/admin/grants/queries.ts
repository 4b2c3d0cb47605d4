import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../../../api.ts'
import type { Book, ChapterRow, Grant } from '../../../api-types.ts'

/** Where rights are given: a book, or one of its chapters. */
export interface GrantPlace {
  book: Book
  chapter?: ChapterRow
}

/** Grants given right there. */
export const grantsQuery = ({ book, chapter }: GrantPlace) =>
  queryOptions({
    queryKey: ['grants', book.id, chapter?.id ?? ''],
    queryFn: () =>
      chapter
        ? answer(api.GET('/api/v1/chapters/{id}/grants', { params: { path: { id: chapter.id } } }))
        : answer(api.GET('/api/v1/books/{id}/grants', { params: { path: { id: book.id } } })),
    // The schema lets a role be null for books seen through a chapter; a grant always has one.
    select: (page) => page.items as Grant[],
  })

/** People and groups whose name has `q` in it. */
export const subjectsQuery = (q: string) =>
  queryOptions({
    queryKey: ['subjects', q],
    queryFn: () => answer(api.GET('/api/v1/subjects', { params: { query: { q } } })),
    select: (page) => page.items,
  })
