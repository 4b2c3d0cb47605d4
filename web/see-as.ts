import { useQueryClient } from '@tanstack/react-query'
import { answer, api } from './api.ts'
import { useSession } from './session.ts'

/** Whether an administrator looks at these pages as somebody else. */
export const useIsSeeing = (): boolean => useSession().seeing_as !== undefined

/** Looks as somebody else from now on: everything that was read so far is forgotten. */
export function useSeeAs(): (userId: string) => Promise<void> {
  const client = useQueryClient()
  return async (userId) => {
    await answer(api.POST('/api/v1/see-as', { body: { user_id: userId } }))
    client.clear()
    location.assign('/library')
  }
}

/** Goes back to the own view. */
export function useStopSeeing(): () => Promise<void> {
  const client = useQueryClient()
  return async () => {
    await answer(api.DELETE('/api/v1/see-as'))
    client.clear()
    location.assign('/admin/users')
  }
}
