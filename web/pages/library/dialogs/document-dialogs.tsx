import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { OpenDialog } from '../use-document-actions.tsx'
import { MoveDialog } from './move-dialog.tsx'
import { NameDialog } from './name-dialog.tsx'
import { PurgeDialog } from './purge-dialog.tsx'

interface Props {
  dialog: OpenDialog | undefined
  onClose: () => void
  refresh: () => Promise<unknown>
}

/** The dialog that is open for documents, if one is. */
export function DocumentDialogs({ dialog, onClose, refresh }: Props) {
  const { t } = useTranslation()
  const [first] = dialog?.documents ?? []
  if (!dialog || !first) return null
  const { kind, documents } = dialog
  if (kind === 'move') {
    return <MoveDialog documents={documents} onClose={onClose} onMoved={refresh} />
  }
  if (kind === 'purge') {
    return <PurgeDialog documents={documents} onClose={onClose} onPurged={refresh} />
  }
  const rename = async (name: string) => {
    await answer(
      api.PATCH('/api/v1/documents/{id}', { params: { path: { id: first.id } }, body: { name } }),
    )
    await refresh()
  }
  return (
    <NameDialog
      isFile
      title={t('library.rename.title')}
      label={t('common.name')}
      initial={first.name}
      submit={t('library.rename.submit')}
      onSubmit={rename}
      onClose={onClose}
    />
  )
}
