import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { Book, DocumentRow } from '../../../api-types.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { toast } from '../../../parts/toast.tsx'
import { each } from '../each.ts'
import { booksQuery } from '../queries.ts'
import { may, placeOfChapter } from '../rights.ts'
import { ShelfTree } from '../tree/shelf-tree.tsx'
import type { TreePlace } from '../tree/use-tree.ts'

interface Props {
  documents: readonly DocumentRow[]
  onClose: () => void
  onMoved: () => Promise<unknown>
}

/** Asks where documents go: any chapter one may add to, one of its folders, or a new one. */
export function MoveDialog(props: Props) {
  const { documents, onClose } = props
  const { t } = useTranslation()
  const books = useQuery(booksQuery).data ?? []
  const [place, setPlace] = useState<TreePlace | undefined>(() => placeOf(documents))
  const [newFolder, setNewFolder] = useState('')
  const move = useMove(props)
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('library.move.title', { count: documents.length })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack gap="md">
        {move.isError && <ErrorNotice error={move.error} />}
        <Where books={books} place={place} onPick={setPlace} />
        <TextInput
          label={t('library.move.new_folder')}
          description={t('library.move.new_folder_hint')}
          value={newFolder}
          onChange={(event) => setNewFolder(event.currentTarget.value)}
          maxLength={400}
        />
        <Goal books={books} place={place} newFolder={newFolder.trim()} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button
            disabled={!place}
            loading={move.isPending}
            onClick={() => place && move.mutate({ place, newFolder: newFolder.trim() })}
          >
            {t('library.move.submit')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function useMove({ documents, onClose, onMoved }: Props) {
  const { t } = useTranslation()
  return useMutation({
    mutationFn: async ({ place, newFolder }: { place: TreePlace; newFolder: string }) => {
      const folder = [place.folder, newFolder].filter(Boolean).join('/')
      const body = { chapter_id: place.chapterId, folder }
      const failure = await each(documents, ({ id }) =>
        answer(api.PATCH('/api/v1/documents/{id}', { params: { path: { id } }, body })),
      )
      await onMoved()
      if (failure) throw failure.error
    },
    onSuccess: () => {
      toast.done(t('library.done.moved', { count: documents.length }))
      onClose()
    },
  })
}

interface WhereProps {
  books: readonly Book[]
  place: TreePlace | undefined
  onPick: (place: TreePlace) => void
}

function Where({ books, place, onPick }: WhereProps) {
  const { t } = useTranslation()
  return (
    <div style={{ maxHeight: 320, overflow: 'auto' }}>
      <ShelfTree
        books={books}
        place={place}
        label={t('library.move.where')}
        canPick={(node) => may(node.chapter?.role, 'contributor')}
        onPick={({ book, chapter, folder }) =>
          chapter && onPick({ bookId: book.id, chapterId: chapter.id, folder })
        }
      />
    </div>
  )
}

interface GoalProps {
  books: readonly Book[]
  place: TreePlace | undefined
  newFolder: string
}

/** The whole way to where the documents will lie. */
function Goal({ books, place, newFolder }: GoalProps) {
  const { t } = useTranslation()
  const found = place && placeOfChapter(books, place.chapterId)
  if (!found) return null
  const names = [found.book.name, found.chapter.name, place.folder, newFolder]
  return (
    <Text size="sm" c="dimmed" aria-live="polite" style={{ overflowWrap: 'anywhere' }}>
      {t('library.move.to', { place: names.filter(Boolean).join(' › ') })}
    </Text>
  )
}

/** Where the documents lie now, when that is one place. */
function placeOf(documents: readonly DocumentRow[]): TreePlace | undefined {
  const [first] = documents
  if (!first) return undefined
  const { book, chapter, folder } = first
  const together = documents.every((one) => one.chapter.id === chapter.id && one.folder === folder)
  return together ? { bookId: book.id, chapterId: chapter.id, folder } : undefined
}
