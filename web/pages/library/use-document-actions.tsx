import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../api.ts'
import type { DocumentRow } from '../../api-types.ts'
import { toast } from '../../parts/toast.tsx'
import { each } from './each.ts'
import type { DocumentAction } from './list/row-menu.tsx'

/** The dialog that is open, and for which documents. */
export interface OpenDialog {
  kind: 'rename' | 'move' | 'purge'
  documents: readonly DocumentRow[]
}

/** Carries out what is asked of documents; what needs an answer first opens its dialog. */
export function useDocumentActions() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [dialog, setDialog] = useState<OpenDialog>()

  const refresh = () =>
    Promise.all(
      ['documents', 'folders', 'books'].map((key) => client.invalidateQueries({ queryKey: [key] })),
    )
  const restore = async (documents: readonly DocumentRow[]) => {
    const failure = await each(documents, ({ id }) =>
      answer(api.POST('/api/v1/documents/{id}/restore', { params: { path: { id } } })),
    )
    await refresh()
    if (failure) toast.failed(failure.error)
    else toast.done(t('library.done.restored', { count: documents.length }))
  }
  const trash = async (documents: readonly DocumentRow[]) => {
    const failure = await each(documents, ({ id }) =>
      answer(api.DELETE('/api/v1/documents/{id}', { params: { path: { id } } })),
    )
    await refresh()
    if (failure) toast.failed(failure.error)
    else {
      const words = t('library.done.trashed', { count: documents.length })
      toast.undoable(words, () => void restore(documents))
    }
  }
  const run = (action: DocumentAction, documents: readonly DocumentRow[]) => {
    const [first] = documents
    if (!first) return
    if (action === 'open') {
      void navigate({ to: '/file/$documentId', params: { documentId: first.id } })
    } else if (action === 'download') location.assign(`/api/v1/documents/${first.id}/content`)
    else if (action === 'trash') void trash(documents)
    else if (action === 'restore') void restore(documents)
    else setDialog({ kind: action, documents })
  }
  return { run, dialog, closeDialog: () => setDialog(undefined), refresh }
}
