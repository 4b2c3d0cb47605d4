import { Avatar, Skeleton, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PersonReach, Reach } from '../../api-types.ts'
import { ErrorNotice } from '../../parts/error-notice.tsx'
import { LoadMore } from '../../parts/load-more.tsx'
import classes from './access.module.css'
import { type SeenPlace, whoSeesQuery } from './queries.ts'
import { Ways } from './ways.tsx'

const TYPING_MS = 250
/** Fewer are seen at a glance. */
const FILTER_FROM = 8

/** Who can see something and why; for who does not administer the book, what they may do and why. */
export function WhoSees({ place }: { place: SeenPlace }) {
  const { t } = useTranslation()
  const [words, setWords] = useState('')
  const [q] = useDebouncedValue(words.trim(), TYPING_MS)
  const found = useInfiniteQuery({ ...whoSeesQuery(place, q), placeholderData: keepPreviousData })
  if (found.isError) {
    return <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />
  }
  const first = found.data?.pages[0]
  if (!first) return <Skeleton height={96} />
  if (!first.sees_others) return <Mine reach={first.mine} />
  const people = found.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <div className={classes.who}>
      <p className={classes.count}>{t('access.count', { count: first.total })}</p>
      {(first.total >= FILTER_FROM || q !== '') && (
        <TextInput
          size="xs"
          type="search"
          leftSection={<IconSearch size={14} />}
          placeholder={t('access.filter')}
          aria-label={t('access.filter')}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      )}
      {people.length === 0 ? (
        <p className={classes.quiet}>{t('access.nobody')}</p>
      ) : (
        <ul className={classes.people}>
          {people.map((reach) => (
            <Person key={reach.user.id} reach={reach} />
          ))}
        </ul>
      )}
      {found.hasNextPage && (
        <LoadMore loading={found.isFetchingNextPage} onMore={() => void found.fetchNextPage()} />
      )}
    </div>
  )
}

function Person({ reach }: { reach: PersonReach }) {
  const { t } = useTranslation()
  const { user, role } = reach
  return (
    <li className={classes.person}>
      <Avatar
        size={28}
        radius="xl"
        name={user.display_name}
        aria-hidden
        classNames={{ placeholder: classes.avatar ?? '' }}
      />
      <div className={classes.words}>
        <div className={classes.head}>
          <p className={classes.name}>
            <b>{user.display_name}</b> <span className={classes.quiet}>{user.username}</span>
          </p>
          <p className={classes.role}>{role ? t(`role.${role}`) : t('access.parts_only')}</p>
        </div>
        <Ways ways={reach.ways} />
        <Parts reach={reach} />
      </div>
    </li>
  )
}

function Mine({ reach }: { reach: Reach }) {
  const { t } = useTranslation()
  const { role } = reach
  return (
    <div className={classes.who}>
      <p className={classes.role}>
        {role ? t('access.mine', { role: t(`role.${role}`) }) : t('access.mine_parts')}
      </p>
      <Ways ways={reach.ways} />
      <Parts reach={reach} />
      <p className={classes.quiet}>{t('access.others_hidden')}</p>
    </div>
  )
}

/** Chapters of a book that are reached by rights of their own. */
function Parts({ reach }: { reach: Reach }) {
  const { t } = useTranslation()
  return reach.parts.map(({ chapter, role, ways }) => (
    <div key={chapter.id} className={classes.part}>
      <p className={classes.quiet}>
        {t('access.part', { name: chapter.name, role: t(`role.${role ?? 'viewer'}`) })}
      </p>
      <Ways ways={ways.filter(({ on }) => on === 'chapter')} />
    </div>
  ))
}
