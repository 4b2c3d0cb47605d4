import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { Share } from '../../../api-types.ts'
import { confirm } from '../../../parts/confirm.tsx'
import { toast } from '../../../parts/toast.tsx'

/** Pauses, resumes and removes one watched folder. */
export function useShareActions({ id, name }: Share) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const refresh = () => client.invalidateQueries({ queryKey: ['shares'] })
  const setEnabled = useMutation({
    mutationFn: (enabled: boolean) =>
      answer(api.PATCH('/api/v1/shares/{id}', { params: { path: { id } }, body: { enabled } })),
    onError: (error) => toast.failed(error),
    onSettled: refresh,
  })
  const remove = async () => {
    const sure = await confirm({
      title: t('admin.shares.remove', { name }),
      body: t('admin.shares.remove_text'),
      confirm: t('admin.shares.remove_do'),
      danger: true,
    })
    if (!sure) return
    try {
      await answer(api.DELETE('/api/v1/shares/{id}', { params: { path: { id } } }))
      toast.done(t('library.shelf.removed', { name }))
    } catch (error) {
      toast.failed(error)
    }
    await refresh()
  }
  return { setEnabled, remove }
}
