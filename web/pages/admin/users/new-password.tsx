import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '../../../parts/copy.tsx'
import classes from './users.module.css'

export interface ShownPassword {
  name: string
  username: string
  password: string
}

/** A generated password, shown this once: it is stored nowhere in a readable form. */
export function NewPassword({ shown, onClose }: { shown: ShownPassword; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={false}
      title={t('admin.users.password_title', { name: shown.name })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack gap="md">
        <Text size="sm">{t('admin.users.password_text', { username: shown.username })}</Text>
        <div className={classes.password}>
          <span data-testid="new-password">{shown.password}</span>
          <CopyButton text={shown.password} label={t('common.copy')} />
        </div>
        <Group justify="flex-end">
          <Button onClick={onClose}>{t('admin.users.password_done')}</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
