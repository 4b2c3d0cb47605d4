import { Radio, Stack } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { ChapterRow } from '../../../api-types.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { toast } from '../../../parts/toast.tsx'

const ANSWERS = ['standard', 'ask', 'version', 'keep_both'] as const

/** Sets what becomes of a taken name in a chapter when a request does not say. */
export function ConflictForm({ chapter }: { chapter: ChapterRow }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: (on_conflict: ChapterRow['on_conflict']) => {
      const params = { path: { id: chapter.id } }
      return answer(api.PATCH('/api/v1/chapters/{id}', { params, body: { on_conflict } }))
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['books'] })
      toast.done(t('rules.conflict.saved'))
    },
  })
  const choose = (value: string) => {
    const chosen = ANSWERS.find((each) => each === value) ?? 'standard'
    save.mutate(chosen === 'standard' ? null : chosen)
  }
  return (
    <Stack gap="md">
      <Radio.Group
        label={t('rules.conflict.title')}
        description={t('rules.conflict.text')}
        value={chapter.on_conflict ?? 'standard'}
        onChange={choose}
      >
        <Stack gap="xs" mt="sm">
          {ANSWERS.map((each) => (
            <Radio
              key={each}
              value={each}
              label={t(`rules.conflict.${each}`)}
              disabled={save.isPending}
            />
          ))}
        </Stack>
      </Radio.Group>
      {save.isError && <ErrorNotice error={save.error} />}
    </Stack>
  )
}
