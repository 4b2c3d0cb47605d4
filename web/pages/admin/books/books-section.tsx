import { Button, Skeleton, Stack } from '@mantine/core'
import { IconBook2, IconFolderOpen, IconNotebook } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Book } from '../../../api-types.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { PageHeader } from '../../../parts/page-header.tsx'
import { booksQuery } from '../../library/queries.ts'
import { RulesEditor } from '../../library/rules/rules-editor.tsx'
import classes from '../admin.module.css'
import { GrantsEditor } from '../grants/grants-editor.tsx'
import type { GrantPlace } from '../grants/queries.ts'
import styles from './books.module.css'
import { MayLeaveCard } from './may-leave-card.tsx'

/** Books and chapters with who may do what in each. */
export function BooksSection() {
  const { t } = useTranslation()
  const books = useQuery(booksQuery)
  const [chosen, setChosen] = useState<string>()
  const place = books.data && placeOf(books.data, chosen)
  return (
    <>
      <PageHeader
        title={t('admin.books.title')}
        subtitle={t('admin.books.subtitle')}
        actions={
          <Button
            component={Link}
            to="/library"
            variant="default"
            leftSection={<IconFolderOpen size={16} />}
          >
            {t('admin.books.manage')}
          </Button>
        }
      />
      {books.isError && <ErrorNotice error={books.error} onRetry={() => void books.refetch()} />}
      {books.isPending && <Skeleton height={200} />}
      {books.data && (
        <div className={styles.columns}>
          <BookList books={books.data} place={place} onChoose={setChosen} />
          {place && <PlaceCards key={place.chapter?.id ?? place.book.id} place={place} />}
        </div>
      )}
    </>
  )
}

/** Who may do what there, and the rules of the place. */
function PlaceCards({ place }: { place: GrantPlace }) {
  const { t } = useTranslation()
  const name = place.chapter?.name ?? place.book.name
  return (
    <Stack gap="md">
      <section className={classes.card} aria-labelledby="grants-title">
        <h2 id="grants-title" className={classes.cardTitle} style={{ marginBottom: 12 }}>
          {t('admin.grants.title', { name })}
        </h2>
        <GrantsEditor place={place} />
      </section>
      <section className={classes.card} aria-labelledby="rules-title">
        <h2 id="rules-title" className={classes.cardTitle} style={{ marginBottom: 12 }}>
          {t('rules.title', { name })}
        </h2>
        <RulesEditor place={place} />
      </section>
      {!place.chapter && <MayLeaveCard book={place.book} />}
    </Stack>
  )
}

function placeOf(books: readonly Book[], chosen: string | undefined): GrantPlace | undefined {
  for (const book of books) {
    if (book.id === chosen) return { book }
    const chapter = book.chapters.find((each) => each.id === chosen)
    if (chapter) return { book, chapter }
  }
  const [first] = books
  return first && { book: first }
}

interface ListProps {
  books: readonly Book[]
  place: GrantPlace | undefined
  onChoose: (id: string) => void
}

function BookList({ books, place, onChoose }: ListProps) {
  const { t } = useTranslation()
  const current = place?.chapter?.id ?? place?.book.id
  const line = (id: string, name: string, isChapter: boolean) => {
    const Shape = isChapter ? IconNotebook : IconBook2
    return (
      <button
        type="button"
        className={styles.line}
        data-chapter={isChapter || undefined}
        aria-current={id === current ? 'true' : undefined}
        onClick={() => onChoose(id)}
      >
        <Shape size={18} stroke={1.5} aria-hidden />
        <span className="of-clip">{name}</span>
      </button>
    )
  }
  return (
    <nav className={classes.card} aria-label={t('library.tree')}>
      <ul className={styles.books}>
        {books.map((book) => (
          <li key={book.id}>
            {line(book.id, book.name, false)}
            <ul className={styles.books}>
              {book.chapters.map((chapter) => (
                <li key={chapter.id}>{line(chapter.id, chapter.name, true)}</li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </nav>
  )
}
