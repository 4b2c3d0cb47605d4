import { Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import i18next from 'i18next'
import type { ReactNode } from 'react'

interface Question {
  title: string
  body: ReactNode
  /** The verb on the button: never just "OK". */
  confirm: string
  /** Red, for what cannot be undone. */
  danger?: boolean
}

/** Asks in a dialog; true when the reader said yes. */
export const confirm = ({ title, body, confirm: verb, danger }: Question): Promise<boolean> =>
  new Promise((resolve) => {
    modals.openConfirmModal({
      title,
      children: typeof body === 'string' ? <Text size="sm">{body}</Text> : body,
      labels: { confirm: verb, cancel: i18next.t('common.cancel') },
      ...(danger && { confirmProps: { color: 'danger' } }),
      closeButtonProps: { 'aria-label': i18next.t('common.close') },
      onConfirm: () => resolve(true),
      onCancel: () => resolve(false),
      onClose: () => resolve(false),
    })
  })
