import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { Model, ModelWork } from '../../../api-types.ts'
import { confirm } from '../../../parts/confirm.tsx'
import { toast } from '../../../parts/toast.tsx'
import { modelsQuery } from './queries.ts'

/** What administrators have done with models. What takes long is shown by the list itself. */
export function useModelActions() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const settled = {
    onError: (error: Error) => toast.failed(error),
    onSettled: () => client.invalidateQueries({ queryKey: modelsQuery.queryKey }),
  }
  const measure = useMutation({
    mutationFn: (name: string) => answer(api.POST('/api/v1/models/measure', { body: { name } })),
    ...settled,
  })
  const verify = useMutation({
    mutationFn: (name?: string) =>
      answer(api.POST('/api/v1/models/verify', { body: name === undefined ? {} : { name } })),
    ...settled,
  })
  const removeIt = useMutation({
    mutationFn: ({ name, in_use: force }: Model) =>
      answer(api.POST('/api/v1/models/remove', { body: { name, force } })),
    ...settled,
  })
  const remove = async (model: Model) => {
    const sure = await confirm({
      title: t('models.remove.title', { name: model.name }),
      body: t(model.in_use ? 'models.remove.in_use' : 'models.remove.text'),
      confirm: t('models.remove.verb'),
      danger: true,
    })
    if (sure) removeIt.mutate(model)
  }
  const answerIt = useMutation({
    mutationFn: ({ id, asks }: ModelWork) => {
      const trust = asks?.fingerprint
      const body = trust ? { trust } : { allow_older: true }
      const params = { path: { id } }
      return answer(api.POST('/api/v1/models/work/{id}/confirm', { params, body }))
    },
    ...settled,
  })
  const drop = useMutation({
    mutationFn: (id: string) =>
      answer(api.DELETE('/api/v1/models/work/{id}', { params: { path: { id } } })),
    ...settled,
  })
  return { measure, verify, remove, answerIt, drop }
}
