import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../../../api.ts'

export const groupsQuery = queryOptions({
  queryKey: ['groups'],
  queryFn: () => answer(api.GET('/api/v1/groups')),
  select: (page) => page.items,
})

export const membersQuery = (id: string) =>
  queryOptions({
    queryKey: ['groups', id, 'members'],
    queryFn: () => answer(api.GET('/api/v1/groups/{id}/members', { params: { path: { id } } })),
    select: (page) => page.items,
  })
