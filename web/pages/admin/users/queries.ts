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

/** Ends all sessions and tokens of an account and disables it, at once. */
export function useLockOut() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      answer(api.POST('/api/v1/users/{id}/lock-out', { params: { path: { id } } })),
    onError: (error) => toast.failed(error),
    onSettled: () => client.invalidateQueries({ queryKey: ['users'] }),
  })
}

/** Signs an account out everywhere. */
export const useEndSessions = () =>
  useMutation({
    mutationFn: (id: string) =>
      answer(api.DELETE('/api/v1/users/{id}/sessions', { params: { path: { id } } })),
    onError: (error) => toast.failed(error),
  })

/** Takes the second step of sign-in away from an account. */
export function useResetCode() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      answer(api.DELETE('/api/v1/users/{id}/second-step', { params: { path: { id } } })),
    onError: (error) => toast.failed(error),
    onSettled: () => client.invalidateQueries({ queryKey: ['users'] }),
  })
}
