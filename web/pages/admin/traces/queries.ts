import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { answer, api } from '../../../api.ts'

const MOMENT_MS = 2_000
/** What is told last of a file is told a little after it can be found. */
const TAIL_MS = 15_000

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

/** One trace; looked at again until every file that came with it has been findable for a while. */
export const traceQuery = (id: string) =>
  queryOptions({
    queryKey: ['trace', id],
    queryFn: () => answer(api.GET('/api/v1/traces/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state: { data } }) => (data?.files.some(isUnderWay) ? MOMENT_MS : false),
  })

/** By when the file became findable, in epoch ms of the box; the clock of this machine may differ. */
const isUnderWay = ({ searchable_at: at }: { searchable_at: number | null }) =>
  at === null || Math.abs(Date.now() - at) < TAIL_MS
