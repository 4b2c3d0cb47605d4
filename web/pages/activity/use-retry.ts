import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../api.ts'
import { toast } from '../../parts/toast.tsx'

function useRefresh() {
  const client = useQueryClient()
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['jobs'] }),
      client.invalidateQueries({ queryKey: ['job-stats'] }),
    ])
}

/** Takes one job out of the dead letter. */
export function useRetryJob() {
  const { t } = useTranslation()
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (id: string) =>
      answer(api.POST('/api/v1/jobs/{id}/retry', { params: { path: { id } } })),
    onSuccess: ({ retried }) => toast.done(t('activity.retried', { count: retried })),
    onError: (error) => toast.failed(error),
    onSettled: refresh,
  })
}

/** Takes every job the reader sees out of the dead letter. */
export function useRetryAll() {
  const { t } = useTranslation()
  const refresh = useRefresh()
  return useMutation({
    mutationFn: () => answer(api.POST('/api/v1/jobs/retry-dead')),
    onSuccess: ({ retried }) => toast.done(t('activity.retried', { count: retried })),
    onError: (error) => toast.failed(error),
    onSettled: refresh,
  })
}
