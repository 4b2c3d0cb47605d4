import { Menu } from '@mantine/core'
import {
  type Icon,
  IconArrowBackUp,
  IconCursorText,
  IconDownload,
  IconExternalLink,
  IconFolderShare,
  IconTrash,
  IconTrashX,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { DocumentRow } from '../../../api-types.ts'
import { may } from '../rights.ts'
import classes from './grid.module.css'

export type DocumentAction = 'open' | 'download' | 'rename' | 'move' | 'trash' | 'restore' | 'purge'

const ICONS: Record<DocumentAction, Icon> = {
  open: IconExternalLink,
  download: IconDownload,
  rename: IconCursorText,
  move: IconFolderShare,
  trash: IconTrash,
  restore: IconArrowBackUp,
  purge: IconTrashX,
}

const KEYS: Partial<Record<DocumentAction, string>> = { open: '↵', rename: 'F2', trash: 'Del' }

/** What the reader may do with these documents together. */
export function actionsFor(documents: readonly DocumentRow[]): DocumentAction[] {
  const every = (role: 'contributor' | 'admin') => documents.every((each) => may(each.role, role))
  const single = documents.length === 1
  if (documents.some((each) => each.trashed_at !== null)) {
    return [
      ...(every('contributor') ? ['restore' as const] : []),
      ...(every('admin') ? ['purge' as const] : []),
    ]
  }
  const reading: DocumentAction[] = single ? ['open', 'download'] : []
  if (!every('contributor')) return reading
  return [...reading, ...(single ? ['rename' as const] : []), 'move', 'trash']
}

interface Props {
  documents: readonly DocumentRow[]
  /** Where it opens, in the window; undefined while it is closed. */
  at: { x: number; y: number } | undefined
  onClose: () => void
  onAction: (action: DocumentAction) => void
}

/** The menu of a row or of the selection, at the pointer or below the row. */
export function RowMenu({ documents, at, onClose, onAction }: Props) {
  const { t } = useTranslation()
  const actions = actionsFor(documents)
  return (
    <Menu
      opened={at !== undefined && actions.length > 0}
      onChange={(opened) => !opened && onClose()}
      position="bottom-start"
      offset={2}
      width={220}
      returnFocus
    >
      <Menu.Target>
        <span
          aria-hidden
          style={{ position: 'fixed', left: at?.x ?? 0, top: at?.y ?? 0, width: 1, height: 1 }}
        />
      </Menu.Target>
      <Menu.Dropdown aria-label={t('library.actions')}>
        {actions.map((action) => {
          const Shape = ICONS[action]
          return (
            <Menu.Item
              key={action}
              leftSection={<Shape size={16} stroke={1.5} />}
              {...(KEYS[action] && {
                rightSection: <kbd className={classes.key}>{KEYS[action]}</kbd>,
              })}
              {...(action === 'purge' && { color: 'danger' })}
              onClick={() => onAction(action)}
            >
              {t(`library.action.${action}`)}
            </Menu.Item>
          )
        })}
      </Menu.Dropdown>
    </Menu>
  )
}
