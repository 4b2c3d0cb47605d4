import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { answer, api } from '../../api.ts'

/** What is asked about. */
export type SeenPlace = { kind: 'book' | 'chapter' | 'document'; id: string }

const PAGE = 50

/** Who sees it and why, page by page; people whose name holds `q`. */
export const whoSeesQuery = ({ kind, id }: SeenPlace, q: string) =>
  infiniteQueryOptions({
    queryKey: ['access', kind, id, q],
    queryFn: ({ pageParam }) => {
      const query = { limit: PAGE, ...(q && { q }), ...(pageParam && { cursor: pageParam }) }
      const params = { path: { id }, query }
      if (kind === 'book') return answer(api.GET('/api/v1/books/{id}/access', { params }))
      if (kind === 'chapter') return answer(api.GET('/api/v1/chapters/{id}/access', { params }))
      return answer(api.GET('/api/v1/documents/{id}/access', { params }))
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

/** What one person sees, and why. */
export const whatSeesQuery = (userId: string) =>
  queryOptions({
    queryKey: ['access', 'user', userId],
    queryFn: () =>
      answer(api.GET('/api/v1/users/{id}/access', { params: { path: { id: userId } } })),
  })
