import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { DocumentRow } from '../../../api-types.ts'
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
export function MoveDialog({ documents, onClose, onMoved }: Props) {
  const { t } = useTranslation()
  const books = useQuery(booksQuery).data ?? []
  const [place, setPlace] = useState<TreePlace | undefined>(() => placeOf(documents))
  const [newFolder, setNewFolder] = useState('')
  const move = useMutation({
    mutationFn: async (to: TreePlace) => {
      const folder = [to.folder, newFolder.trim()].filter(Boolean).join('/')
      const body = { chapter_id: to.chapterId, folder }
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
  const chapter = place && placeOfChapter(books, place.chapterId)
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
        <div style={{ maxHeight: 320, overflow: 'auto' }}>
          <ShelfTree
            books={books}
            place={place}
            label={t('library.move.where')}
            canPick={(node) => may(node.chapter?.role, 'contributor')}
            onPick={(node) =>
              node.chapter &&
              setPlace({ bookId: node.book.id, chapterId: node.chapter.id, folder: node.folder })
            }
          />
        </div>
        <TextInput
          label={t('library.move.new_folder')}
          description={t('library.move.new_folder_hint')}
          value={newFolder}
          onChange={(event) => setNewFolder(event.currentTarget.value)}
          maxLength={400}
        />
        {chapter && place && (
          <Text size="sm" c="dimmed" aria-live="polite" style={{ overflowWrap: 'anywhere' }}>
            {t('library.move.to', {
              place: [chapter.book.name, chapter.chapter.name, place.folder, newFolder.trim()]
                .filter(Boolean)
                .join(' › '),
            })}
          </Text>
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button
            disabled={!place}
            loading={move.isPending}
            onClick={() => place && move.mutate(place)}
          >
            {t('library.move.submit')}
          </Button>
        </Group>
      </Stack>
    </Modal>
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
