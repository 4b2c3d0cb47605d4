import { Drawer } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { GrantsEditor } from './grants-editor.tsx'
import type { GrantPlace } from './queries.ts'

/** Who may do what in a book or a chapter, at the side of the library. */
export function PeopleDrawer({ onClose, ...place }: GrantPlace & { onClose: () => void }) {
  const { t } = useTranslation()
  const name = place.chapter?.name ?? place.book.name
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={t('admin.grants.title', { name })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <GrantsEditor place={place} />
    </Drawer>
  )
}
