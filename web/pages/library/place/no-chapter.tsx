import { IconBooks } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Book } from '../../../api-types.ts'
import { EmptyState } from '../../../parts/empty-state.tsx'
import { PageHeader } from '../../../parts/page-header.tsx'
import classes from '../library.module.css'
import { may } from '../rights.ts'

interface Props {
  books: readonly Book[]
  shelfButton: ReactNode
}

/** A library in which there is nothing to open yet, and who can change that. */
export function NoChapter({ books, shelfButton }: Props) {
  const { t } = useTranslation()
  const canMake = books.some((book) => may(book.role, 'admin'))
  return (
    <div className={classes.main}>
      <PageHeader title={t('nav.library')} actions={shelfButton} />
      <EmptyState
        icon={<IconBooks size={26} stroke={1.5} />}
        title={t(books.length === 0 ? 'library.empty.no_books' : 'library.empty.no_chapters')}
      >
        {t(canMake ? 'library.empty.make_chapter' : 'library.empty.ask_access')}
      </EmptyState>
    </div>
  )
}
