import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../../../api.ts'

export const directoryQuery = queryOptions({
  queryKey: ['directory'],
  queryFn: () => answer(api.GET('/api/v1/directory')),
  select: (found) => found.directory,
  refetchInterval: 30_000,
})

export const directoryGroupsQuery = queryOptions({
  queryKey: ['directory', 'groups'],
  queryFn: () => answer(api.GET('/api/v1/directory/groups')),
  select: (page) => page.items,
})
