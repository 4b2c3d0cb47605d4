import { Button, Checkbox, Group, Radio, Stack, TagsInput, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { TYPE_GROUPS } from '../../../../core/model/type-rule.ts'
import { answer, api } from '../../../api.ts'
import type { Book } from '../../../api-types.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { toast } from '../../../parts/toast.tsx'

const MODES = ['all', 'allow', 'deny'] as const
type Rule = NonNullable<Book['type_rule']>

/** Says which types of files a book takes. */
export function TypeRuleForm({ book }: { book: Book }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [mode, setMode] = useState<(typeof MODES)[number]>(book.type_rule?.mode ?? 'all')
  const [groups, setGroups] = useState<string[]>(book.type_rule?.groups ?? [])
  const [types, setTypes] = useState<string[]>(book.type_rule?.media_types ?? [])
  const save = useMutation({
    mutationFn: (type_rule: Rule | null) => {
      const params = { path: { id: book.id } }
      return answer(api.PATCH('/api/v1/books/{id}', { params, body: { type_rule } }))
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['books'] })
      toast.done(t('rules.types.saved'))
    },
  })
  const isEmpty = mode !== 'all' && groups.length + types.length === 0
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isEmpty) return
    const chosen = TYPE_GROUPS.filter((group) => groups.includes(group))
    save.mutate(mode === 'all' ? null : { mode, groups: chosen, media_types: types })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Radio.Group
          label={t('rules.types.title')}
          description={t('rules.types.text')}
          value={mode}
          onChange={(value) => setMode(MODES.find((each) => each === value) ?? 'all')}
        >
          <Stack gap="xs" mt="sm">
            {MODES.map((each) => (
              <Radio key={each} value={each} label={t(`rules.types.mode.${each}`)} />
            ))}
          </Stack>
        </Radio.Group>
        {mode !== 'all' && (
          <Listed groups={groups} types={types} onGroups={setGroups} onTypes={setTypes} />
        )}
        {isEmpty && (
          <Text size="sm" c="dimmed">
            {t('rules.types.none')}
          </Text>
        )}
        {save.isError && <ErrorNotice error={save.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending} disabled={isEmpty}>
            {t('common.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

interface ListedProps {
  groups: string[]
  types: string[]
  onGroups: (groups: string[]) => void
  onTypes: (types: string[]) => void
}

function Listed({ groups, types, onGroups, onTypes }: ListedProps) {
  const { t } = useTranslation()
  return (
    <>
      <Checkbox.Group label={t('rules.types.groups')} value={groups} onChange={onGroups}>
        <Group gap="md" mt="xs">
          {TYPE_GROUPS.map((group) => (
            <Checkbox key={group} value={group} label={t(`rules.group.${group}`)} />
          ))}
        </Group>
      </Checkbox.Group>
      <TagsInput
        label={t('rules.types.media_types')}
        description={t('rules.types.media_types_hint')}
        value={types}
        onChange={(list) => onTypes(list.map((each) => each.trim().toLowerCase()))}
        splitChars={[',', ' ', ';']}
        maxTags={100}
        comboboxProps={{ withinPortal: true }}
      />
    </>
  )
}
