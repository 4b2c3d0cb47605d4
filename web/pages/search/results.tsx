import { SegmentedControl, Skeleton } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode, RefObject } from 'react'
import { Trans, useTranslation } from 'react-i18next'
import type { SearchPage } from '../../api-types.ts'
import { ErrorNotice } from '../../parts/error-notice.tsx'
import { useFormat } from '../../parts/format.ts'
import { Notice } from '../../parts/notice.tsx'
import { HitList } from './hit-list.tsx'
import { NothingFound } from './nothing-found.tsx'
import classes from './search.module.css'
import type { SearchState } from './state.ts'
import type { SearchAddress, useHits } from './use-search.ts'

interface Props {
  hits: ReturnType<typeof useHits>
  state: SearchState
  list: RefObject<HTMLOListElement | null>
  onChange: SearchAddress['change']
  /** The button that opens the facets where there is no room for them. */
  filters: ReactNode
}

export function Results({ hits, state, list, onChange, filters }: Props) {
  const { t } = useTranslation()
  const first = hits.data?.pages[0]
  return (
    <>
      <div className={classes.bar}>
        <Count page={first} searching={hits.isPlaceholderData || hits.isPending} />
        {filters}
        <SegmentedControl
          className={classes.sort ?? ''}
          size="xs"
          aria-label={t('search.sort')}
          value={state.sort ?? 'best'}
          onChange={(sort) =>
            onChange({ sort: sort === 'exact' || sort === 'newest' ? sort : undefined })
          }
          data={[
            { value: 'best', label: t('search.best') },
            { value: 'exact', label: t('search.exact') },
            { value: 'newest', label: t('search.newest') },
          ]}
        />
      </div>
      {hits.isError && <ErrorNotice error={hits.error} onRetry={() => void hits.refetch()} />}
      {first && first.pending_documents > 0 && <Pending count={first.pending_documents} />}
      {hits.isPending && <Waiting />}
      {first && first.hits.length === 0 && <NothingFound state={state} onChange={onChange} />}
      {hits.data && first && first.hits.length > 0 && (
        <HitList
          pages={hits.data.pages}
          query={state.q ?? ''}
          list={list}
          hasMore={hits.hasNextPage}
          loadingMore={hits.isFetchingNextPage}
          onMore={() => void (hits.isFetchingNextPage || hits.fetchNextPage())}
        />
      )}
    </>
  )
}

function Count({ page, searching }: { page: SearchPage | undefined; searching: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <p className={classes.count} role="status">
      {searching && t('palette.searching')}
      {!searching &&
        page &&
        t('search.results', {
          count: page.total,
          total: format.number(page.total),
          time: format.duration(page.took_ms),
        })}
    </p>
  )
}

function Pending({ count }: { count: number }) {
  return (
    <div className={classes.pending}>
      <Notice tone="info">
        <Trans
          i18nKey="search.pending"
          count={count}
          components={{ activity: <Link to="/activity" className={classes.link} /> }}
        />
      </Notice>
    </div>
  )
}

const WAITING = ['first', 'second', 'third', 'fourth']

function Waiting() {
  return (
    <div aria-hidden>
      {WAITING.map((key) => (
        <div key={key} className={classes.waiting}>
          <Skeleton height={14} width="38%" />
          <Skeleton height={10} width="24%" mt={8} />
          <Skeleton height={12} width="88%" mt={10} />
        </div>
      ))}
    </div>
  )
}
