import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../../../api.ts'

const BUSY_MS = 1_000
const IDLE_MS = 10_000

/** Asked again every second while something is being done. */
export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: () => answer(api.GET('/api/v1/models')),
  refetchInterval: ({ state }) =>
    state.data?.work.some((row) => row.state === 'running' || row.state === 'waiting')
      ? BUSY_MS
      : IDLE_MS,
})
