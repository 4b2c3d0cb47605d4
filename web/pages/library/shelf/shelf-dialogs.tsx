import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { Book, ChapterRow } from '../../../api-types.ts'
import { NameDialog } from '../dialogs/name-dialog.tsx'

/** The dialog about books and chapters that is open. */
export type ShelfDialog =
  | { kind: 'new_book' }
  | { kind: 'rename_book' | 'new_chapter'; book: Book }
  | { kind: 'rename_chapter'; chapter: ChapterRow }

interface Props {
  dialog: ShelfDialog
  onClose: () => void
  /** A chapter was made: go there. */
  onChapter: (chapterId: string) => void
}

/** Asks for the name of a new or renamed book or chapter, and sends it. */
export function ShelfDialogs({ dialog, onClose, onChapter }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const submit = async (name: string) => {
    const chapterId = await send(dialog, name)
    await client.invalidateQueries({ queryKey: ['books'] })
    if (chapterId !== undefined) onChapter(chapterId)
  }
  return (
    <NameDialog
      title={t(`library.shelf.${dialog.kind}`)}
      label={t('common.name')}
      initial={initialOf(dialog)}
      submit={t(dialog.kind.startsWith('new') ? 'library.shelf.create' : 'library.rename.submit')}
      onSubmit={submit}
      onClose={onClose}
    />
  )
}

const initialOf = (dialog: ShelfDialog): string => {
  if (dialog.kind === 'rename_book') return dialog.book.name
  return dialog.kind === 'rename_chapter' ? dialog.chapter.name : ''
}

/** Returns the id of the chapter that was made, if one was. */
async function send(dialog: ShelfDialog, name: string): Promise<string | undefined> {
  const body = { name }
  switch (dialog.kind) {
    case 'new_book':
      await answer(api.POST('/api/v1/books', { body }))
      return undefined
    case 'rename_book': {
      const params = { path: { id: dialog.book.id } }
      await answer(api.PATCH('/api/v1/books/{id}', { params, body }))
      return undefined
    }
    case 'rename_chapter': {
      const params = { path: { id: dialog.chapter.id } }
      await answer(api.PATCH('/api/v1/chapters/{id}', { params, body }))
      return undefined
    }
    case 'new_chapter': {
      const params = { path: { id: dialog.book.id } }
      return (await answer(api.POST('/api/v1/books/{id}/chapters', { params, body }))).id
    }
  }
}
