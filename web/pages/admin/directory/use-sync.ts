import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ApiError, answer, api } from '../../../api.ts'
import { toast } from '../../../parts/toast.tsx'

interface Agreement {
  people: number
  groups: number
  stripped: number
  members: number
}

/** Takes the directory over now; with somebody's yes to what would vanish, or without. */
export function useSync() {
  const { t } = useTranslation()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (agree: Agreement | undefined) =>
      answer(api.POST('/api/v1/directory/sync', { body: { ...(agree && { agree }) } })),
    onSuccess: ({ people_added, people_gone }) =>
      toast.done(t('directory.synced', { people: people_added, gone: people_gone })),
    onError(error) {
      // What is known of the directory is shown on the page itself.
      const isShown = error instanceof ApiError && error.reason?.startsWith('DIRECTORY_')
      if (!isShown) toast.failed(error)
    },
    onSettled: () =>
      Promise.all(
        ['directory', 'users', 'groups'].map((key) =>
          client.invalidateQueries({ queryKey: [key] }),
        ),
      ),
  })
}
