import { infiniteQueryOptions } from '@tanstack/react-query'
import { answer, api } from '../../../api.ts'

export interface Pair {
  documentId: string
  from: string
  to: string
}

const STALE_MS = 60_000
const WORK_POLL_MS = 5000

interface Fold {
  at: number
  count: number
}

/** A comparison, page by page; or the rows of one of its folds. Looks again while a text is read. */
export const comparisonQuery = ({ documentId, from, to }: Pair, fold?: Fold) =>
  infiniteQueryOptions({
    queryKey: ['document', documentId, 'compare', from, to, fold?.at ?? null],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/documents/{id}/compare', {
          params: {
            path: { id: documentId },
            query: {
              from,
              to,
              ...(pageParam && { cursor: pageParam }),
              ...(fold && { fold_at: fold.at, fold_count: fold.count }),
            },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    staleTime: STALE_MS,
    refetchInterval: ({ state }) => {
      const first = state.data?.pages[0]
      const inWork = [first?.from, first?.to].some(
        (side) => side?.text.state === 'waiting' || side?.text.state === 'working',
      )
      return first?.basis === 'none' && inWork ? WORK_POLL_MS : false
    },
  })
