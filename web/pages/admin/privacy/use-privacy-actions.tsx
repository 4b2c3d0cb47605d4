import { List, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { Privacy } from '../../../api-types.ts'
import { confirm } from '../../../parts/confirm.tsx'
import { toast } from '../../../parts/toast.tsx'
import { privacyQuery } from './queries.ts'

type Mode = Privacy['mode']

/** Switches the mode, instant only after a word of warning, and keeps books out of it. */
export function usePrivacyActions() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const setMode = useMutation({
    mutationFn: (mode: Mode) => answer(api.PATCH('/api/v1/admin/privacy', { body: { mode } })),
    onSuccess(now) {
      client.setQueryData(privacyQuery.queryKey, now)
      toast.done(t(`admin.privacy.done.${now.mode}`))
    },
    onError: (error) => toast.failed(error),
  })
  const setPrivate = useMutation({
    mutationFn: (book: { id: string; private: boolean }) =>
      answer(
        api.PUT('/api/v1/admin/privacy/books/{id}', {
          params: { path: { id: book.id } },
          body: { private: book.private },
        }),
      ),
    onError: (error) => toast.failed(error),
    onSettled: () => client.invalidateQueries({ queryKey: privacyQuery.queryKey }),
  })
  const choose = async (mode: Mode) => {
    const sure = mode === 'strict' || (await confirm(warning()))
    if (sure) setMode.mutate(mode)
  }
  const warning = () => ({
    title: t('admin.privacy.sure.title'),
    body: (
      <>
        <Text size="sm">{t('admin.privacy.sure.text')}</Text>
        <List size="sm" mt="sm">
          <List.Item>{t('admin.privacy.instant.reveals')}</List.Item>
          <List.Item>{t('admin.privacy.instant.guess')}</List.Item>
        </List>
      </>
    ),
    confirm: t('admin.privacy.choose.instant'),
  })
  return { choose, isChoosing: setMode.isPending, setPrivate }
}
