import { Drawer } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { GrantPlace } from '../../admin/grants/queries.ts'
import { RulesEditor } from './rules-editor.tsx'

/** The rules of a book or a chapter, at the side of the library. */
export function RulesDrawer({ onClose, ...place }: GrantPlace & { onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={t('rules.title', { name: place.chapter?.name ?? place.book.name })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <RulesEditor place={place} />
    </Drawer>
  )
}
