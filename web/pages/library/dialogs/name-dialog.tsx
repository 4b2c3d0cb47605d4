import { Button, Group, Modal, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from '../../../parts/error-notice.tsx'

interface Props {
  title: string
  label: string
  initial: string
  /** The verb on the button. */
  submit: string
  /** Ends with the dialog closed; an error stays in it. */
  onSubmit: (name: string) => Promise<unknown>
  onClose: () => void
  /** Selects the part before the ending, as one renames files. */
  isFile?: boolean
}

/** Asks for a name: of a new book, a new chapter, or a file to rename. Mount it to open it. */
export function NameDialog({ title, label, initial, submit, onSubmit, onClose, isFile }: Props) {
  const { t } = useTranslation()
  const [name, setName] = useState(initial)
  const send = useMutation({ mutationFn: onSubmit, onSuccess: onClose })
  const trimmed = name.trim()
  const onForm = (event: FormEvent) => {
    event.preventDefault()
    if (trimmed === initial) onClose()
    else if (trimmed) send.mutate(trimmed)
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form onSubmit={onForm}>
        {send.isError && <ErrorNotice error={send.error} />}
        <TextInput
          label={label}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          onFocus={(event) => {
            const dot = isFile ? event.currentTarget.value.lastIndexOf('.') : -1
            event.currentTarget.setSelectionRange(0, dot > 0 ? dot : initial.length)
          }}
          maxLength={200}
          autoComplete="off"
          data-autofocus
          required
          withAsterisk={false}
          mt={send.isError ? 'md' : 0}
        />
        <Group justify="flex-end" gap="sm" mt="lg">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={send.isPending} disabled={!trimmed}>
            {submit}
          </Button>
        </Group>
      </form>
    </Modal>
  )
}
