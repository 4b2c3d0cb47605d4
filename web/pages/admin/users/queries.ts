import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '../../../api.ts'
import type { OrgRole } from '../../../api-types.ts'
import { toast } from '../../../parts/toast.tsx'

/** Accounts whose name has `q` in it. */
export const usersQuery = (q = '') =>
  queryOptions({
    queryKey: ['users', q],
    queryFn: () => answer(api.GET('/api/v1/users', { params: { query: { q } } })),
    select: (page) => page.items,
  })

export interface UserChange {
  display_name?: string
  org_role?: OrgRole
  disabled?: boolean
  password?: string
}

/** Changes an account; tells about a failure itself. */
export function useChangeUser() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, change }: { id: string; change: UserChange }) =>
      answer(api.PATCH('/api/v1/users/{id}', { params: { path: { id } }, body: change })),
    onError: (error) => toast.failed(error),
    onSettled: () => client.invalidateQueries({ queryKey: ['users'] }),
  })
}
