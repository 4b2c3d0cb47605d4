import { ActionIcon, Menu } from '@mantine/core'
import {
  type Icon,
  IconArrowBackUp,
  IconCursorText,
  IconDots,
  IconFolderShare,
  IconLink,
  IconRoute,
  IconTrash,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { DocumentFull } from '../../api-types.ts'
import { copyText } from '../../parts/copy-text.ts'
import { toast } from '../../parts/toast.tsx'
import { DocumentDialogs } from '../library/dialogs/document-dialogs.tsx'
import { may } from '../library/rights.ts'
import { useDocumentActions } from '../library/use-document-actions.tsx'

/** Everything that is done with a file but reading it. */
export function FileMenu({ document }: { document: DocumentFull }) {
  const { t } = useTranslation()
  const actions = useDocumentActions()
  return (
    <>
      <Menu position="bottom-end" width={230} withinPortal={false}>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t('file.menu')}>
            <IconDots size={18} stroke={1.75} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {useEntries(document, actions.run).map(({ label, icon: Shape, run }) => (
            <Menu.Item
              key={label}
              leftSection={<Shape size={16} stroke={1.5} aria-hidden />}
              onClick={run}
            >
              {label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <DocumentDialogs
        dialog={actions.dialog}
        onClose={actions.closeDialog}
        refresh={actions.refresh}
      />
    </>
  )
}

interface Entry {
  label: string
  icon: Icon
  run: () => void | Promise<void>
}

/** What this reader may do with this file as it lies. */
function useEntries(
  document: DocumentFull,
  run: ReturnType<typeof useDocumentActions>['run'],
): Entry[] {
  const { t } = useTranslation()
  const copy = (text: string, done: string) => async () => {
    if (await copyText(text)) toast.done(done)
    else toast.failed(t('common.copy_failed'))
  }
  const act = (action: 'rename' | 'move' | 'trash' | 'restore') => () => run(action, [document])
  const mayChange = may(document.role, 'contributor')
  const trashed = document.trashed_at !== null
  const link = new URL(`/file/${document.id}`, location.origin).href
  const { trace_id: trace } = document
  const entries: (Entry | false)[] = [
    mayChange && !trashed && { label: t('file.rename'), icon: IconCursorText, run: act('rename') },
    mayChange && !trashed && { label: t('file.move'), icon: IconFolderShare, run: act('move') },
    { label: t('file.copy_link'), icon: IconLink, run: copy(link, t('file.link_copied')) },
    trace !== null && {
      label: t('common.copy_trace'),
      icon: IconRoute,
      run: copy(trace, t('common.copied')),
    },
    mayChange && !trashed && { label: t('file.trash'), icon: IconTrash, run: act('trash') },
    mayChange &&
      trashed && { label: t('file.restore'), icon: IconArrowBackUp, run: act('restore') },
  ]
  return entries.filter((entry) => entry !== false)
}
