import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { Space } from '../../../api-types.ts'
import { confirm } from '../../../parts/confirm.tsx'
import { toast } from '../../../parts/toast.tsx'
import { spacesQuery } from './spaces-queries.ts'

/** What may be done to a space; asked again before vectors are removed. */
export function useSpaceActions() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const settled = {
    onError: (error: Error) => toast.failed(error),
    onSettled: () => client.invalidateQueries({ queryKey: spacesQuery.queryKey }),
  }
  const params = (id: string) => ({ params: { path: { id } } })
  const build = useMutation({
    mutationFn: ({ model, kind }: Pick<Space, 'model' | 'kind'>) =>
      answer(api.POST('/api/v1/spaces', { body: { model, kind } })),
    onSuccess: () => toast.done(t('spaces.done.build')),
    ...settled,
  })
  const switchTo = useMutation({
    mutationFn: (id: string) => answer(api.POST('/api/v1/spaces/{id}/switch', params(id))),
    onSuccess: () => toast.done(t('spaces.done.switch')),
    ...settled,
  })
  const retry = useMutation({
    mutationFn: (id: string) => answer(api.POST('/api/v1/spaces/{id}/retry', params(id))),
    onSuccess: () => toast.done(t('spaces.done.retry')),
    ...settled,
  })
  const drop = useMutation({
    mutationFn: (id: string) => answer(api.DELETE('/api/v1/spaces/{id}', params(id))),
    onSuccess: () => toast.done(t('spaces.done.drop')),
    ...settled,
  })
  const sure = async (act: 'switch' | 'drop', space: Space) => {
    const isSure = await confirm({
      title: t(`spaces.sure.${act}`, { model: space.model }),
      body: t(`spaces.sure.${act}_text`),
      confirm: t(`spaces.${act}`),
    })
    if (!isSure) return
    if (act === 'drop') drop.mutate(space.id)
    else switchTo.mutate(space.id)
  }
  return {
    build: build.mutate,
    retry: retry.mutate,
    sure,
    isBusy: build.isPending || switchTo.isPending || drop.isPending || retry.isPending,
  }
}
