import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { WhatSees as What } from '../../api-types.ts'
import { ErrorNotice } from '../../parts/error-notice.tsx'
import { Notice } from '../../parts/notice.tsx'
import classes from './access.module.css'
import { whatSeesQuery } from './queries.ts'
import { Ways } from './ways.tsx'

/** Every book and chapter that a person can see, and why. */
export function WhatSees({ userId }: { userId: string }) {
  const { t } = useTranslation()
  const found = useQuery(whatSeesQuery(userId))
  if (found.isError) {
    return <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />
  }
  if (!found.data) return <Skeleton height={160} />
  const { user, books } = found.data
  return (
    <div className={classes.who}>
      {user.disabled_at !== null && <Notice tone="warn">{t('access.disabled')}</Notice>}
      {books.length === 0 ? (
        <p className={classes.quiet}>{t('access.sees_nothing')}</p>
      ) : (
        <>
          <p className={classes.count}>{t('access.books', { count: books.length })}</p>
          <ul className={classes.people}>
            {books.map((book) => (
              <Book key={book.book.id} book={book} />
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

function Book({ book: { book, role, ways, chapters } }: { book: What['books'][number] }) {
  const { t } = useTranslation()
  // What holds for the whole book is said once, at the book.
  const own = chapters.filter((each) => each.ways.some(({ on }) => on === 'chapter'))
  return (
    <li className={classes.book}>
      <p className={classes.name}>
        <b>{book.name}</b>
      </p>
      <p className={classes.role}>
        {role
          ? t('access.whole', { role: t(`role.${role}`), count: chapters.length })
          : t('access.parts_only')}
      </p>
      <Ways ways={ways} />
      {own.map((each) => (
        <div key={each.chapter.id} className={classes.part}>
          <p className={classes.quiet}>
            {t('access.part', {
              name: each.chapter.name,
              role: t(`role.${each.role ?? 'viewer'}`),
            })}
          </p>
          <Ways ways={each.ways.filter(({ on }) => on === 'chapter')} />
        </div>
      ))}
    </li>
  )
}
