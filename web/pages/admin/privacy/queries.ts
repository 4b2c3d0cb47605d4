import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../../../api.ts'

export const privacyQuery = queryOptions({
  queryKey: ['privacy'],
  queryFn: () => answer(api.GET('/api/v1/admin/privacy')),
})
