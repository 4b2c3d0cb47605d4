import { ActionIcon, Menu } from '@mantine/core'
import {
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
import { copyText } from '../../parts/copy.tsx'
import { toast } from '../../parts/toast.tsx'
import { DocumentDialogs } from '../library/dialogs/document-dialogs.tsx'
import { may } from '../library/rights.ts'
import { useDocumentActions } from '../library/use-document-actions.tsx'

const ICON = { size: 16, stroke: 1.5 }

/** Everything that is done with a file but reading it. */
export function FileMenu({ document }: { document: DocumentFull }) {
  const { t } = useTranslation()
  const actions = useDocumentActions()
  const mayChange = may(document.role, 'contributor')
  const trashed = document.trashed_at !== null
  const copy = async (text: string, done: string) => {
    if (await copyText(text)) toast.done(done)
    else toast.failed(t('common.copy_failed'))
  }
  const link = new URL(`/file/${document.id}`, location.origin).href
  return (
    <>
      <Menu position="bottom-end" width={230} withinPortal={false}>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t('file.menu')}>
            <IconDots size={18} stroke={1.75} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayChange && !trashed && (
            <>
              <Menu.Item
                leftSection={<IconCursorText {...ICON} />}
                onClick={() => actions.run('rename', [document])}
              >
                {t('file.rename')}
              </Menu.Item>
              <Menu.Item
                leftSection={<IconFolderShare {...ICON} />}
                onClick={() => actions.run('move', [document])}
              >
                {t('file.move')}
              </Menu.Item>
            </>
          )}
          <Menu.Item
            leftSection={<IconLink {...ICON} />}
            onClick={() => void copy(link, t('file.link_copied'))}
          >
            {t('file.copy_link')}
          </Menu.Item>
          {document.trace_id && (
            <Menu.Item
              leftSection={<IconRoute {...ICON} />}
              onClick={() => void copy(document.trace_id ?? '', t('common.copied'))}
            >
              {t('common.copy_trace')}
            </Menu.Item>
          )}
          {mayChange && !trashed && (
            <Menu.Item
              leftSection={<IconTrash {...ICON} />}
              onClick={() => actions.run('trash', [document])}
            >
              {t('file.trash')}
            </Menu.Item>
          )}
          {mayChange && trashed && (
            <Menu.Item
              leftSection={<IconArrowBackUp {...ICON} />}
              onClick={() => actions.run('restore', [document])}
            >
              {t('file.restore')}
            </Menu.Item>
          )}
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
