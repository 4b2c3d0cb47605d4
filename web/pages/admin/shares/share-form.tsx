import {
  Button,
  Group,
  Modal,
  NumberInput,
  Select,
  Stack,
  Textarea,
  TextInput,
} from '@mantine/core'
import { type UseFormReturnType, useForm } from '@mantine/form'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { Book, Share } from '../../../api-types.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { toast } from '../../../parts/toast.tsx'
import { booksQuery } from '../../library/queries.ts'

interface Values {
  name: string
  path: string
  chapter_id: string
  exclude: string
  settle_s: number
}

interface Props {
  /** The folder to change; absent for a new one. */
  share?: Share
  onClose: () => void
}

/** Watches another folder, or changes how one is watched. Its path never changes. */
export function ShareForm({ share, onClose }: Props) {
  const { t } = useTranslation()
  const form = useForm<Values>({
    initialValues: initialOf(share),
    validate: {
      path: (value) => (value.startsWith('/') ? null : t('admin.shares.path_absolute')),
      chapter_id: (value) => (value === '' ? t('admin.shares.chapter_missing') : null),
    },
  })
  const save = useSave({ share, onClose })
  return (
    <Modal
      opened
      onClose={onClose}
      title={share ? t('admin.shares.edit', { name: share.name }) : t('admin.shares.add')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form noValidate onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack gap="md">
          {save.isError && <ErrorNotice error={save.error} />}
          <Where form={form} isNew={share === undefined} />
          <How form={form} />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t(share ? 'common.save' : 'admin.shares.start')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function useSave({ share, onClose }: { share: Share | undefined; onClose: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (values: Values) => send(share, values),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['shares'] })
      toast.done(t('admin.shares.saved'))
      onClose()
    },
  })
}

type Form = UseFormReturnType<Values>

function Where({ form, isNew }: { form: Form; isNew: boolean }) {
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
    </>
  )
}

function How({ form }: { form: Form }) {
  const { t } = useTranslation()
  return (
    <>
      <Textarea
        label={t('admin.shares.exclude')}
        description={t('admin.shares.exclude_hint')}
        placeholder={'*.bak\nArchive/**'}
        autosize
        minRows={2}
        maxRows={8}
        spellCheck={false}
        {...form.getInputProps('exclude')}
      />
      <NumberInput
        label={t('admin.shares.settle')}
        description={t('admin.shares.settle_hint')}
        min={0}
        max={86_400}
        hideControls
        {...form.getInputProps('settle_s')}
      />
    </>
  )
}

const initialOf = (share: Share | undefined): Values => ({
  name: share?.name ?? '',
  path: share?.path ?? '',
  chapter_id: share?.chapter_id ?? '',
  exclude: share?.exclude.join('\n') ?? '',
  settle_s: (share?.settle_ms ?? 2000) / 1000,
})

const chaptersOf = (books: readonly Book[]) =>
  books
    .filter((book) => book.chapters.length > 0)
    .map((book) => ({
      group: book.name,
      items: book.chapters.map(({ id, name }) => ({ value: id, label: `${book.name} › ${name}` })),
    }))

function send(share: Share | undefined, values: Values) {
  const name = values.name.trim()
  const body = {
    ...(name && { name }),
    chapter_id: values.chapter_id,
    exclude: values.exclude
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean),
    settle_ms: Math.round(Number(values.settle_s) * 1000),
  }
  return share
    ? answer(api.PATCH('/api/v1/shares/{id}', { params: { path: { id: share.id } }, body }))
    : answer(api.POST('/api/v1/shares', { body: { ...body, path: values.path.trim() } }))
}
