import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { answer, api } from '../../../api.ts'
import { toast } from '../../../parts/toast.tsx'

export const DOORS = ['web', 'api', 'command', 'share', 'box'] as const
type Door = (typeof DOORS)[number]

/** What is asked for; days are as a date field writes them, in the reader's own time. */
export interface AuditWish {
  user?: string
  action?: string
  subject?: string
  door?: Door
  address?: string
  fromDay?: string
  toDay?: string
}

export const isDoor = (text: string | null): text is Door => DOORS.includes(text as Door)

/** As the server takes it: a last day counts to its end. */
function filterOf({ fromDay, toDay, ...wish }: AuditWish) {
  const start = (day: string) => new Date(`${day}T00:00`)
  const end = toDay === undefined ? undefined : start(toDay)
  end?.setDate(end.getDate() + 1)
  return {
    ...wish,
    ...(fromDay !== undefined && { from: start(fromDay).getTime() }),
    ...(end && { to: end.getTime() }),
  }
}

export const auditQuery = (wish: AuditWish) =>
  infiniteQueryOptions({
    queryKey: ['audit', wish],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/audit', {
          params: {
            query: { limit: 100, ...filterOf(wish), ...(pageParam && { cursor: pageParam }) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

export const chainQuery = queryOptions({
  queryKey: ['audit-chain'],
  queryFn: () => answer(api.GET('/api/v1/audit/chain')),
})

/** Has the box look at its chain; tells about a failure itself. */
export function useVerify() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => answer(api.POST('/api/v1/audit/verify')),
    onError: (error) => toast.failed(error),
    onSettled: () => client.invalidateQueries({ queryKey: ['audit-chain'] }),
  })
}

/** Where a browser gets the entries as a file. */
export function exportAddress(wish: AuditWish, format: 'jsonl' | 'csv'): string {
  const pairs = Object.entries({ ...filterOf(wish), format })
  return `/api/v1/audit/export?${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]))}`
}
