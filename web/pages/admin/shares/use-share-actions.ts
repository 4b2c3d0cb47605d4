import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { Share } from '../../../api-types.ts'
import { confirm } from '../../../parts/confirm.tsx'
import { toast } from '../../../parts/toast.tsx'

/** Pauses, resumes, scans, releases and removes one watched folder. */
export function useShareActions({ id, name }: Share) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const refresh = () => client.invalidateQueries({ queryKey: ['shares'] })
  const params = { path: { id } }
  const setEnabled = useMutation({
    mutationFn: (enabled: boolean) =>
      answer(api.PATCH('/api/v1/shares/{id}', { params, body: { enabled } })),
    onError: (error) => toast.failed(error),
    onSettled: refresh,
  })
  /** Does it and tells so, or tells why not. */
  const attempt = async (work: () => Promise<unknown>, told: string): Promise<boolean> => {
    try {
      await work()
      toast.done(told)
      return true
    } catch (error) {
      toast.failed(error)
      return false
    } finally {
      await refresh()
    }
  }
  const scan = () =>
    attempt(() => answer(api.POST('/api/v1/shares/{id}/scan', { params })), t('shares.scan_asked'))
  const release = async () => {
    const sure = await confirm({
      title: t('shares.release_ask', { name }),
      body: t('shares.release_text'),
      confirm: t('shares.release'),
    })
    const send = () => answer(api.POST('/api/v1/shares/{id}/release', { params }))
    return sure && attempt(send, t('shares.released'))
  }
  const remove = async () => {
    const sure = await confirm({
      title: t('admin.shares.remove', { name }),
      body: t('admin.shares.remove_text'),
      confirm: t('admin.shares.remove_do'),
      danger: true,
    })
    const send = () => answer(api.DELETE('/api/v1/shares/{id}', { params }))
    return sure && attempt(send, t('library.shelf.removed', { name }))
  }
  return { setEnabled, remove, scan, release }
}
