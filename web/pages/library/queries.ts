import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { answer, api } from '../../api.ts'
import type { DocumentQuery } from '../../api-types.ts'
import { booksQuery as sharedBooksQuery } from '../../books.ts'

/** Every book and chapter the reader may see, as a list. */
export const booksQuery = queryOptions({ ...sharedBooksQuery, select: (page) => page.items })

/** Folders directly inside `folder` of a chapter. */
export const foldersQuery = (chapterId: string, folder: string) =>
  queryOptions({
    queryKey: ['folders', chapterId, folder],
    queryFn: () =>
      answer(
        api.GET('/api/v1/chapters/{id}/folders', {
          params: { path: { id: chapterId }, query: { folder } },
        }),
      ),
    select: (page) => page.items,
  })

const PAGE = 200

/** Documents, a page at a time. */
export const documentsQuery = (query: DocumentQuery) =>
  infiniteQueryOptions({
    queryKey: ['documents', query],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/documents', {
          params: { query: { ...query, limit: PAGE, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })
