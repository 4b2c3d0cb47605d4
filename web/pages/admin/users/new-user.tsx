import { Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core'
import { type UseFormReturnType, useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import type { ShownPassword } from './new-password.tsx'
import { generatePassword } from './password.ts'

interface Values {
  username: string
  display_name: string
  admin: boolean
}

interface Props {
  onClose: () => void
  onMade: (shown: ShownPassword) => void
}

/** Makes an account with a generated password. */
export function NewUser({ onClose, onMade }: Props) {
  const { t } = useTranslation()
  const form = useForm<Values>({
    mode: 'uncontrolled',
    initialValues: { username: '', display_name: '', admin: false },
    validate: {
      username: (value) => (value.trim() === '' ? t('admin.users.missing_username') : null),
    },
  })
  const make = useMakeUser(onMade)
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('admin.users.add')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form noValidate onSubmit={form.onSubmit((values) => make.mutate(values))}>
        <Stack gap="md">
          {make.isError && <ErrorNotice error={make.error} />}
          <Fields form={form} />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={make.isPending}>
              {t('admin.users.create')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function useMakeUser(onMade: Props['onMade']) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (values: Values): Promise<ShownPassword> => {
      const password = generatePassword()
      const username = values.username.trim()
      const name = values.display_name.trim() || username
      const org_role = values.admin ? 'admin' : 'member'
      const body = { username, password, display_name: name, org_role } as const
      await answer(api.POST('/api/v1/users', { body }))
      return { name, username, password }
    },
    onSuccess: (shown) => {
      void client.invalidateQueries({ queryKey: ['users'] })
      onMade(shown)
    },
  })
}

function Fields({ form }: { form: UseFormReturnType<Values> }) {
  const { t } = useTranslation()
  return (
    <>
      <TextInput
        label={t('admin.users.username')}
        description={t('admin.users.username_hint')}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={64}
        data-autofocus
        required
        withAsterisk={false}
        key={form.key('username')}
        {...form.getInputProps('username')}
      />
      <TextInput
        label={t('admin.users.display_name')}
        autoComplete="off"
        maxLength={200}
        key={form.key('display_name')}
        {...form.getInputProps('display_name')}
      />
      <Checkbox
        label={t('admin.users.is_admin')}
        description={t('admin.users.is_admin_hint')}
        key={form.key('admin')}
        {...form.getInputProps('admin', { type: 'checkbox' })}
      />
    </>
  )
}
