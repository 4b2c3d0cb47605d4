import { Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { WhoSees } from '../../access/who-sees.tsx'
import { AddGrant } from './add-grant.tsx'
import { GrantList } from './grant-list.tsx'
import classes from './grants.module.css'
import { type GrantPlace, grantsQuery } from './queries.ts'
import { RoleWords } from './role-words.tsx'

/** Gives and takes roles in one book or chapter. A chapter shows what it inherits from its book. */
export function GrantsEditor({ place }: { place: GrantPlace }) {
  const { t } = useTranslation()
  const grants = useQuery(grantsQuery(place))
  if (grants.isError) {
    return <ErrorNotice error={grants.error} onRetry={() => void grants.refetch()} />
  }
  if (!grants.data) return <Skeleton height={120} />
  return (
    <Stack gap="lg">
      <AddGrant place={place} />
      <section aria-label={t('admin.grants.here')}>
        {grants.data.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t(place.chapter ? 'admin.grants.none_chapter' : 'admin.grants.none_book')}
          </Text>
        ) : (
          <GrantList place={place} grants={grants.data} />
        )}
      </section>
      {place.chapter && <Inherited place={place} />}
      <Everybody place={place} />
      <RoleWords />
    </Stack>
  )
}

/** All who see it, by grants given here, in the book, to groups, or by their office. */
function Everybody({ place }: { place: GrantPlace }) {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  const { chapter, book } = place
  return (
    <details className={classes.everybody} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('access.title')}</summary>
      {isOpen && (
        <WhoSees
          place={chapter ? { kind: 'chapter', id: chapter.id } : { kind: 'book', id: book.id }}
        />
      )}
    </details>
  )
}

function Inherited({ place }: { place: GrantPlace }) {
  const { t } = useTranslation()
  // Only administrators of the book may see its grants; those of the chapter alone do without.
  const { data } = useQuery({ ...grantsQuery({ book: place.book }), retry: false })
  if (!data || data.length === 0) return null
  return (
    <section>
      <Text size="sm" c="dimmed" mb="sm">
        {t('admin.grants.inherited', { name: place.book.name })}
      </Text>
      <GrantList place={{ book: place.book }} grants={data} readOnly />
    </section>
  )
}
