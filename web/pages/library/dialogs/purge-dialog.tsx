import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { DocumentRow } from '../../../api-types.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { toast } from '../../../parts/toast.tsx'
import { each } from '../each.ts'

interface Props {
  documents: readonly DocumentRow[]
  onClose: () => void
  onPurged: () => Promise<unknown>
}

/** Deletes for good. Not to be undone, so the reader types a word first, not only a click. */
export function PurgeDialog({ documents, onClose, onPurged }: Props) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [first] = documents
  const word = t('library.purge.word')
  const purge = useMutation({
    mutationFn: async () => {
      const failure = await each(documents, ({ id }) =>
        answer(
          api.DELETE('/api/v1/documents/{id}', {
            params: { path: { id }, query: { permanent: 'true' } },
          }),
        ),
      )
      await onPurged()
      if (failure) throw failure.error
    },
    onSuccess: () => {
      toast.done(t('library.done.purged', { count: documents.length }))
      onClose()
    },
  })
  const matches = typed.trim().toLocaleLowerCase() === word.toLocaleLowerCase()
  const onForm = (event: FormEvent) => {
    event.preventDefault()
    if (matches) purge.mutate()
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('library.purge.title', { count: documents.length })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form onSubmit={onForm}>
        <Stack gap="md">
          {purge.isError && <ErrorNotice error={purge.error} />}
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {t('library.purge.text', { count: documents.length, name: first?.name ?? '' })}
          </Text>
          <TextInput
            label={t('library.purge.type', { word })}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" color="danger" disabled={!matches} loading={purge.isPending}>
              {t('library.purge.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
