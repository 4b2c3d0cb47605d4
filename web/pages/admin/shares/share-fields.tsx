import { Radio, Select, Stack, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Book } from '../../../api-types.ts'
import { booksQuery } from '../../library/queries.ts'
import { usersQuery } from '../users/queries.ts'
import { MappingPreview } from './mapping-preview.tsx'
import type { Values } from './share-values.ts'

export type Form = UseFormReturnType<Values>

/** Where a watched folder lies, where its files go, and what becomes of them. */
export function ShareFields({ form, isNew }: { form: Form; isNew: boolean }) {
  const { t } = useTranslation()
  const books = useQuery(booksQuery).data ?? []
  return (
    <>
      <TextInput
        label={t('admin.shares.path')}
        description={t('admin.shares.path_hint')}
        placeholder="/srv/shares/engineering"
        disabled={!isNew}
        spellCheck={false}
        {...form.getInputProps('path')}
      />
      <Select
        label={t('admin.shares.chapter')}
        description={t('admin.shares.chapter_hint')}
        data={chaptersOf(books)}
        searchable
        allowDeselect={false}
        {...form.getInputProps('chapter_id')}
      />
      <TextInput label={t('admin.shares.name')} maxLength={200} {...form.getInputProps('name')} />
      <Owner form={form} />
      <Radio.Group label={t('shares.mode.title')} {...form.getInputProps('mode')}>
        <Modes />
      </Radio.Group>
      <Radio.Group label={t('shares.mapping.title')} {...form.getInputProps('mapping')}>
        <Stack gap={6} mt={6}>
          <Radio value="folders" label={t('shares.mapping.folders')} />
          <Radio value="chapters" label={t('shares.mapping.chapters')} />
        </Stack>
      </Radio.Group>
      <MappingPreview
        key={`${form.values.path} ${form.values.chapter_id} ${form.values.mapping}`}
        values={form.values}
        path={form.values.path.trim()}
      />
    </>
  )
}

function Modes() {
  const { t } = useTranslation()
  return (
    <Stack gap={6} mt={6}>
      {(['mirror', 'inbox'] as const).map((mode) => (
        <Radio
          key={mode}
          value={mode}
          label={t(`shares.mode.${mode}`)}
          description={t(`shares.mode.${mode}_hint`)}
        />
      ))}
    </Stack>
  )
}

function Owner({ form }: { form: Form }) {
  const { t } = useTranslation()
  const users = useQuery(usersQuery()).data ?? []
  return (
    <Select
      label={t('shares.owner')}
      description={t('shares.owner_hint')}
      data={users.map(({ id, display_name: label }) => ({ value: id, label }))}
      searchable
      {...form.getInputProps('owner_id')}
    />
  )
}

const chaptersOf = (books: readonly Book[]) =>
  books
    .filter((book) => book.chapters.length > 0)
    .map((book) => ({
      group: book.name,
      items: book.chapters.map(({ id, name }) => ({ value: id, label: `${book.name} › ${name}` })),
    }))
