import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { answer, api } from '../../../api.ts'

export const sharesQuery = queryOptions({
  queryKey: ['shares'],
  queryFn: () => answer(api.GET('/api/v1/shares')),
  select: (page) => page.items,
})

/** States of a share's file that somebody should look at. */
export const ENTRY_STATES = ['failed', 'refused', 'missing'] as const
export type EntryState = (typeof ENTRY_STATES)[number]

export const entriesQuery = (id: string, state: EntryState) =>
  infiniteQueryOptions({
    queryKey: ['share-entries', id, state],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/shares/{id}/entries', {
          params: {
            path: { id },
            query: { state, limit: 100, ...(pageParam && { cursor: pageParam }) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

const MOMENT_MS = 1_000

/** What the last dry run found; looked at again while another one is asked for. */
export const dryRunQuery = (id: string) =>
  queryOptions({
    queryKey: ['share-dry-run', id],
    queryFn: () => answer(api.GET('/api/v1/shares/{id}/dry-run', { params: { path: { id } } })),
    refetchInterval: ({ state: { data } }) => (data?.asked ? MOMENT_MS : false),
  })
