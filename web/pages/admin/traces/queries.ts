import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { answer, api } from '../../../api.ts'

const MOMENT_MS = 2_000

/** Traces, newest first. */
export const tracesQuery = (only: 'failed' | 'slow' | undefined) =>
  infiniteQueryOptions({
    queryKey: ['traces', only ?? 'all'],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/traces', {
          params: {
            query: { limit: 100, ...(only && { only }), ...(pageParam && { cursor: pageParam }) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

/** One trace; looked at again while a file that came with it is not findable yet. */
export const traceQuery = (id: string) =>
  queryOptions({
    queryKey: ['trace', id],
    queryFn: () => answer(api.GET('/api/v1/traces/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state: { data } }) =>
      data?.files.some((file) => file.searchable_at === null) ? MOMENT_MS : false,
  })
