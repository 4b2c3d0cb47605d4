import { Drawer } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { UserRow } from '../../../api-types.ts'
import { WhatSees } from '../../access/what-sees.tsx'

/** What a person can see, and why, at the side of the list of people. */
export function WhatSeesDrawer({ user, onClose }: { user: UserRow; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={t('access.what_title', { name: user.display_name })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <WhatSees userId={user.id} />
    </Drawer>
  )
}
