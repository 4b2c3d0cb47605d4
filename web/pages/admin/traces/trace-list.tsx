import { Skeleton } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconRoute } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { TraceSummary } from '../../../api-types.ts'
import { EmptyState } from '../../../parts/empty-state.tsx'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { useFormat } from '../../../parts/format.ts'
import { Pill } from '../../../parts/status-pill.tsx'
import { VirtualList } from '../../../parts/virtual-list.tsx'
import { useRowHeight } from '../../../preferences.ts'
import classes from '../admin.module.css'
import { operationName } from './operation-name.ts'
import { tracesQuery } from './queries.ts'
import styles from './traces.module.css'

const TWO_LINES = 60

/** Traces, newest first; each leads to its waterfall. */
export function TraceList({ only }: { only: 'failed' | 'slow' | undefined }) {
  const { t } = useTranslation()
  const traces = useInfiniteQuery(tracesQuery(only))
  const narrow = useMediaQuery('(max-width: 62em)')
  const rowHeight = useRowHeight()
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = traces
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  if (traces.isError) {
    return <ErrorNotice error={traces.error} onRetry={() => void traces.refetch()} />
  }
  if (!traces.data) return <Skeleton height={200} />
  const items = traces.data.pages.flatMap((page) => page.items)
  if (items.length === 0) {
    return (
      <EmptyState icon={<IconRoute size={26} stroke={1.5} />} title={t('traces.none_title')}>
        {t('traces.none')}
      </EmptyState>
    )
  }
  return (
    <section className={classes.list} aria-label={t('traces.list')}>
      <div className={styles.columns} aria-hidden>
        <span>{t('traces.when')}</span>
        <span>{t('traces.what')}</span>
        <span>{t('traces.who')}</span>
        <span className={styles.figure}>{t('traces.took')}</span>
        <span>{t('traces.result')}</span>
      </div>
      <div className={classes.listBody}>
        <VirtualList
          items={items}
          keyOf={(trace) => trace.trace_id}
          rowHeight={narrow ? TWO_LINES : rowHeight}
          label={t('traces.list')}
          onNearEnd={more}
          renderRow={(trace) => <Row trace={trace} />}
        />
      </div>
    </section>
  )
}

function Row({ trace }: { trace: TraceSummary }) {
  const { t } = useTranslation()
  const format = useFormat()
  const hasFailed = trace.failed_calls > 0
  return (
    <div className={styles.row}>
      <span data-cell="at" className={`of-num ${styles.quiet}`}>
        {format.dateTime(trace.started_at)}
      </span>
      <Link
        data-cell="what"
        className={`of-clip ${styles.link}`}
        to="/admin/$section"
        params={{ section: 'traces' }}
        search={{ id: trace.trace_id }}
      >
        {operationName(t, trace.operation)}
      </Link>
      <span data-cell="who" className={`of-clip ${styles.quiet}`}>
        {trace.user_name ?? t('traces.nobody')}
      </span>
      <span data-cell="took" className={`of-num ${styles.figure}`}>
        {format.duration(trace.duration_ms)}
      </span>
      <span data-cell="result">
        <Pill tone={hasFailed ? 'bad' : 'good'} label={t(hasFailed ? 'traces.bad' : 'traces.ok')} />
      </span>
    </div>
  )
}
