import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { answer, api } from '../../api.ts'
import type { JobRow } from '../../api-types.ts'

/** Which jobs are listed. */
export type JobTab = 'work' | 'failed' | 'finished'

const STATES: Record<JobTab, JobRow['state'][]> = {
  work: ['running', 'queued', 'blocked'],
  failed: ['dead'],
  finished: ['done', 'skipped'],
}

const PAGE = 100
/** Events tell of turns; how far a step is comes by asking. */
const PROGRESS_MS = 3_000

/** Jobs of one tab, newest first, a page at a time. */
export const jobsQuery = (tab: JobTab) =>
  infiniteQueryOptions({
    queryKey: ['jobs', tab],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/jobs', {
          params: {
            query: { state: STATES[tab], limit: PAGE, ...(pageParam && { cursor: pageParam }) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some(isRunning)) ? PROGRESS_MS : false,
  })

const isRunning = (job: JobRow) => job.state === 'running'

export const jobStatsQuery = queryOptions({
  queryKey: ['job-stats'],
  queryFn: () => answer(api.GET('/api/v1/jobs/stats')),
})
