import { Button, Drawer, Skeleton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconBooks } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Navigate, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Book } from '../../api-types.ts'
import { ErrorNotice } from '../../parts/error-notice.tsx'
import { PageMissing } from '../../shell/page-error.tsx'
import { folderParams, type LibraryPlace, readPlace } from './address.ts'
import classes from './library.module.css'
import { NoChapter } from './place/no-chapter.tsx'
import { PlaceView } from './place/place-view.tsx'
import { TrashView } from './place/trash-view.tsx'
import { booksQuery } from './queries.ts'
import { placeOfChapter } from './rights.ts'
import { ShelfPanel } from './shelf/shelf-panel.tsx'
import type { TreePlace } from './tree/use-tree.ts'

/** Books, chapters and folders on the left; what lies there on the right. */
export function LibraryPage() {
  const { _splat } = useParams({ strict: false })
  const books = useQuery(booksQuery)
  if (books.isError) {
    return (
      <div>
        <ErrorNotice error={books.error} onRetry={() => void books.refetch()} />
      </div>
    )
  }
  if (!books.data) return <Loading />
  return <Library books={books.data} place={readPlace(_splat)} />
}

function Library({ books, place }: { books: readonly Book[]; place: LibraryPlace }) {
  const { t } = useTranslation()
  const [shelfOpen, shelf] = useDisclosure(false)
  const there = treePlaceOf(books, place)
  const shelfButton = (
    <Button
      variant="default"
      className={classes.onPhone}
      leftSection={<IconBooks size={16} />}
      onClick={shelf.open}
    >
      {t('library.books')}
    </Button>
  )
  return (
    <div className={classes.page}>
      <aside className={classes.shelf} aria-label={t('library.tree')}>
        <ShelfPanel books={books} place={there} />
      </aside>
      <Drawer
        opened={shelfOpen}
        onClose={shelf.close}
        title={t('library.books')}
        size="xs"
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <ShelfPanel books={books} place={there} onGo={shelf.close} />
      </Drawer>
      <Content books={books} place={place} shelfButton={shelfButton} />
    </div>
  )
}

interface ContentProps {
  books: readonly Book[]
  place: LibraryPlace
  shelfButton: React.ReactNode
}

function Content({ books, place, shelfButton }: ContentProps) {
  if (place.kind === 'trash') return <TrashView shelfButton={shelfButton} />
  if (place.kind === 'none') {
    const first = books.flatMap((book) => book.chapters)[0]
    if (!first) return <NoChapter books={books} shelfButton={shelfButton} />
    return <Navigate to="/library/$" params={folderParams(first.id)} replace />
  }
  const found = placeOfChapter(books, place.chapterId)
  if (!found) return <PageMissing />
  const key = `${place.chapterId} ${place.folder}`
  return <PlaceView key={key} place={found} folder={place.folder} shelfButton={shelfButton} />
}

function treePlaceOf(books: readonly Book[], place: LibraryPlace): TreePlace | undefined {
  if (place.kind !== 'folder') return undefined
  const found = placeOfChapter(books, place.chapterId)
  return found && { bookId: found.book.id, chapterId: place.chapterId, folder: place.folder }
}

function Loading() {
  return (
    <div aria-busy>
      <Skeleton height={30} width={220} mb="lg" />
      <Skeleton height={320} />
    </div>
  )
}
