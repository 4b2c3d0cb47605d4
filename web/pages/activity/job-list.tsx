import { Skeleton } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconCircleCheck, IconCoffee, IconHistory } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { JobRow as Job } from '../../api-types.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorNotice } from '../../parts/error-notice.tsx'
import { VirtualList } from '../../parts/virtual-list.tsx'
import { useRowHeight } from '../../preferences.ts'
import classes from './activity.module.css'
import { DeadLetter } from './dead-letter.tsx'
import { JobRow } from './job-row.tsx'
import { type JobTab, jobsQuery } from './queries.ts'

/** On a phone a row has two lines. */
const PHONE_ROW = 64
const EMPTY_ICONS = { work: IconCoffee, failed: IconCircleCheck, finished: IconHistory }

/** The jobs of one tab. */
export function JobList({ tab }: { tab: JobTab }) {
  const jobs = useInfiniteQuery(jobsQuery(tab))
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = jobs
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  if (jobs.isError) return <ErrorNotice error={jobs.error} onRetry={() => void jobs.refetch()} />
  if (!jobs.data) return <Skeleton m="md" height={120} />
  const items = jobs.data.pages.flatMap((page) => page.items)
  if (items.length === 0) return <Nothing tab={tab} />
  if (tab === 'failed') return <DeadLetter jobs={items} />
  return <Rows items={items} onNearEnd={more} tab={tab} />
}

interface RowsProps {
  items: readonly Job[]
  tab: JobTab
  onNearEnd: () => void
}

function Rows({ items, tab, onNearEnd }: RowsProps) {
  const { t } = useTranslation()
  const onPhone = useMediaQuery('(max-width: 48em)')
  const rowHeight = useRowHeight()
  return (
    <VirtualList
      items={items}
      keyOf={(job) => job.id}
      rowHeight={onPhone ? PHONE_ROW : rowHeight}
      label={t(`activity.tab.${tab}`)}
      onNearEnd={onNearEnd}
      renderRow={(job) => <JobRow job={job} />}
    />
  )
}

/** Names of the columns, for the eyes: each cell of a row is read out in words by itself. */
export function Columns({ tab }: { tab: JobTab }) {
  const { t } = useTranslation()
  return (
    <div className={classes.columns} aria-hidden>
      <span />
      <span>{t('activity.column.file')}</span>
      <span>{t('activity.column.stage')}</span>
      <span>{t('activity.column.progress')}</span>
      <span className={classes.right}>
        {t(tab === 'finished' ? 'activity.column.took' : 'activity.column.waited')}
      </span>
      <span className={classes.right}>{t('activity.column.tries')}</span>
      <span />
    </div>
  )
}

function Nothing({ tab }: { tab: JobTab }) {
  const { t } = useTranslation()
  const Shape = EMPTY_ICONS[tab]
  return (
    <EmptyState icon={<Shape size={26} stroke={1.5} />} title={t(`activity.empty.${tab}_title`)}>
      {t(`activity.empty.${tab}`)}
    </EmptyState>
  )
}
