import { Button, SegmentedControl } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../parts/page-header.tsx'
import classes from './activity.module.css'
import { Columns, JobList } from './job-list.tsx'
import { Now, Steps } from './now.tsx'
import { type JobTab, jobStatsQuery, jobsQuery } from './queries.ts'
import { UnreadSummary } from './unread/unread-summary.tsx'
import { useRetryAll } from './use-retry.ts'

const TABS: readonly JobTab[] = ['work', 'failed', 'finished']

/** What Onefold is doing with the files the reader may see, as it happens. */
export function ActivityPage() {
  const { t } = useTranslation()
  const { trace } = useSearch({ from: '/app/activity' })
  const [tab, setTab] = useState<JobTab>('work')
  const dead = useQuery(jobStatsQuery).data?.dead ?? 0
  const inWork = useInfiniteQuery(jobsQuery('work')).data
  const retryAll = useRetryAll()
  const label = (value: JobTab) =>
    value === 'failed' && dead > 0
      ? t('activity.failed_count', { count: dead })
      : t(`activity.tab.${value}`)
  return (
    <div className={classes.page}>
      <PageHeader title={t('nav.activity')} subtitle={t('activity.subtitle')} />
      <Now />
      <Steps jobs={inWork?.pages.flatMap((page) => page.items) ?? []} />
      {trace !== undefined && <UnreadSummary key={trace} of={{ trace }} mayRetry always />}
      <section className={classes.card} aria-label={t('activity.list')}>
        <div className={classes.cardHead}>
          <SegmentedControl
            aria-label={t('activity.show')}
            value={tab}
            onChange={(value) => setTab(value as JobTab)}
            data={TABS.map((value) => ({ value, label: label(value) }))}
          />
          {tab === 'failed' && dead > 0 && (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconRefresh size={14} />}
              loading={retryAll.isPending}
              onClick={() => retryAll.mutate()}
            >
              {t('activity.retry_all')}
            </Button>
          )}
        </div>
        {tab !== 'failed' && <Columns tab={tab} />}
        <div className={classes.body}>
          <JobList key={tab} tab={tab} />
        </div>
      </section>
    </div>
  )
}
