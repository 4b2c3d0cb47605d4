import { ActionIcon, Menu } from '@mantine/core'
import {
  IconAdjustments,
  IconCursorText,
  IconDots,
  IconPlus,
  IconTrash,
  IconUsers,
} from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import { confirm } from '../../../parts/confirm.tsx'
import { toast } from '../../../parts/toast.tsx'
import { may } from '../rights.ts'
import type { TreeNode } from '../tree/nodes.ts'
import treeClasses from '../tree/tree.module.css'
import type { ShelfDialog } from './shelf-dialogs.tsx'

interface Props {
  node: TreeNode
  onDialog: (dialog: ShelfDialog) => void
  onPeople: (node: TreeNode) => void
  onRules: (node: TreeNode) => void
}

/** What administrators of a book or a chapter can do with it; nothing for everybody else. */
export function NodeMenu({ node, onDialog, onPeople, onRules }: Props) {
  const { t } = useTranslation()
  const { book, chapter } = node
  const remove = useRemove(node)
  const bookAdmin = may(book.role, 'admin')
  const admin = node.kind === 'book' ? bookAdmin : may(chapter?.role, 'admin')
  if (!admin || node.kind === 'folder') return null
  const rename: ShelfDialog = chapter
    ? { kind: 'rename_chapter', chapter }
    : { kind: 'rename_book', book }
  return (
    <Menu position="bottom-end" withinPortal returnFocus>
      <Menu.Target>
        <ActionIcon
          size={24}
          variant="subtle"
          color="gray"
          tabIndex={-1}
          className={treeClasses.menu}
          aria-label={t('library.actions_for', { name: node.name })}
          onClick={(event) => event.stopPropagation()}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      {/* Events of the menu bubble through the tree's line, which must not act on them. */}
      <Menu.Dropdown
        onClick={(event) => event.stopPropagation()}
        onKeyDown={(event) => event.stopPropagation()}
      >
        {node.kind === 'book' && (
          <Menu.Item
            leftSection={<IconPlus size={16} />}
            onClick={() => onDialog({ kind: 'new_chapter', book })}
          >
            {t('library.shelf.new_chapter')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconCursorText size={16} />} onClick={() => onDialog(rename)}>
          {t('library.action.rename')}
        </Menu.Item>
        <Menu.Item leftSection={<IconUsers size={16} />} onClick={() => onPeople(node)}>
          {t('library.shelf.people')}
        </Menu.Item>
        <Menu.Item leftSection={<IconAdjustments size={16} />} onClick={() => onRules(node)}>
          {t('rules.menu')}
        </Menu.Item>
        {bookAdmin && (
          <Menu.Item leftSection={<IconTrash size={16} />} color="danger" onClick={remove}>
            {t('library.shelf.remove')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

/** Removes an empty book or chapter after a question; the server refuses one that is not empty. */
function useRemove({ book, chapter, name }: TreeNode) {
  const { t } = useTranslation()
  const client = useQueryClient()
  return async () => {
    const sure = await confirm({
      title: t('library.shelf.remove_title', { name }),
      body: t(chapter ? 'library.shelf.remove_chapter' : 'library.shelf.remove_book'),
      confirm: t('library.shelf.remove'),
      danger: true,
    })
    if (!sure) return
    try {
      const id = chapter?.id ?? book.id
      const path = chapter ? '/api/v1/chapters/{id}' : '/api/v1/books/{id}'
      await answer(api.DELETE(path, { params: { path: { id } } }))
      toast.done(t('library.shelf.removed', { name }))
    } catch (error) {
      toast.failed(error)
    }
    await client.invalidateQueries({ queryKey: ['books'] })
  }
}
