import { infiniteQueryOptions } from '@tanstack/react-query'
import { answer, api } from '../../../api.ts'

/** Files that belong together: of a chapter, of one request or scan, or of a share. */
export type FilesOf = { chapter: string } | { trace: string } | { share: string }

const PAGE = 50

/** What became of them, and those that were not read whole, a page at a time. */
export const unreadQuery = (of: FilesOf) =>
  infiniteQueryOptions({
    queryKey: ['documents', 'unread', of],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/understanding', {
          params: { query: { ...of, limit: PAGE, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })
