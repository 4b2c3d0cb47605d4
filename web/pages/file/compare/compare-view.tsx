import { Skeleton } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { lazy, Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { DocumentFull } from '../../../api-types.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { LoadMore } from '../../../parts/load-more.tsx'
import type { CompareSearch } from './address.ts'
import { CannotCompare } from './cannot-compare.tsx'
import { ChangeBar } from './change-bar.tsx'
import classes from './compare.module.css'
import { ComparisonNotes } from './notes.tsx'
import { comparisonQuery, type Pair } from './queries.ts'
import { RowList } from './row-list.tsx'
import { SheetRows } from './sheet-rows.tsx'
import type { Comparison } from './types.ts'
import { type Loading, useChanges } from './use-changes.ts'

/** pdf.js comes with the first pages that are looked at. */
const PagesView = lazy(() => import('./pages-view.tsx').then((all) => ({ default: all.PagesView })))

interface Props {
  document: DocumentFull
  pair: Pair
  place: CompareSearch
}

/** The comparison itself: what changed, and the way from one change to the next. */
export function CompareView({ document, pair, place }: Props) {
  const { t } = useTranslation()
  const query = useInfiniteQuery(comparisonQuery(pair))
  if (query.isPending) {
    return (
      <div role="status" aria-label={t('compare.working')}>
        <Skeleton height={36} />
        <Skeleton height={420} mt={12} />
      </div>
    )
  }
  const first = query.data?.pages[0]
  if (!first) return <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />
  if (first.basis === 'none') return <CannotCompare document={document} comparison={first} />
  return <Compared pair={pair} place={place} first={first} query={query} />
}

interface ComparedProps extends Omit<Props, 'document'> {
  first: Comparison
  query: Omit<Loading, 'data'> & { data?: { pages: readonly Comparison[] } | undefined }
}

function Compared({ pair, place, first, query }: ComparedProps) {
  const { t } = useTranslation()
  const isNarrow = useMediaQuery('(max-width: 48em)') ?? false
  const pages = query.data?.pages
  const rows = useMemo(() => pages?.flatMap((page) => page.rows) ?? [], [pages])
  const changes = useChanges(first.counts?.changes ?? 0, query)
  const isPdf = [first.from, first.to].every(
    ({ version }) => version.media_type === 'application/pdf',
  )
  const isPages = isPdf && place.view === 'pages'
  const label = t('compare.label', {
    from: first.from.version.number,
    to: first.to.version.number,
  })
  const isSheet = first.basis === 'cells'
  return (
    <>
      <ComparisonNotes comparison={first} />
      <ChangeBar
        first={first}
        place={place}
        changes={changes}
        isPdf={isPdf}
        hasLayouts={!isSheet && !isPages && !isNarrow}
      />
      {isPages && first.units ? (
        <Suspense fallback={<Skeleton height={480} />}>
          <PagesView pair={pair} units={first.units} rows={rows} place={place} query={query} />
        </Suspense>
      ) : (
        <section className={classes.rows} aria-label={label}>
          {isSheet ? (
            <SheetRows pair={pair} rows={rows} goTo={changes.goToRow} />
          ) : (
            <RowList
              pair={pair}
              rows={rows}
              isInline={isNarrow || place.layout === 'inline'}
              goTo={changes.goToRow}
            />
          )}
          {query.hasNextPage && (
            <LoadMore
              loading={query.isFetchingNextPage}
              onMore={() => void (query.isFetchingNextPage || query.fetchNextPage())}
            />
          )}
        </section>
      )}
    </>
  )
}
