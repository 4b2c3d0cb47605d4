import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../../../api.ts'

const BUILD_POLL_MS = 2_000

/** The spaces of vectors. Looks again while one is built. */
export const spacesQuery = queryOptions({
  queryKey: ['spaces'],
  queryFn: async () => (await answer(api.GET('/api/v1/spaces'))).items,
  refetchInterval: ({ state }) =>
    state.data?.some((space) => space.state === 'building') ? BUILD_POLL_MS : false,
})
