import { Skeleton } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { PageHeader } from '../../../parts/page-header.tsx'
import { VirtualList } from '../../../parts/virtual-list.tsx'
import { useRowHeight } from '../../../preferences.ts'
import classes from '../admin.module.css'
import styles from './audit.module.css'
import { AuditLine } from './audit-line.tsx'

const auditQuery = infiniteQueryOptions({
  queryKey: ['audit'],
  queryFn: ({ pageParam }) =>
    answer(
      api.GET('/api/v1/audit', {
        params: { query: { limit: 100, ...(pageParam && { cursor: pageParam }) } },
      }),
    ),
  initialPageParam: '',
  getNextPageParam: (page) => page.next_cursor ?? undefined,
})

const TWO_LINES = 60

/** Who did what, newest first. */
export function AuditSection() {
  const { t } = useTranslation()
  const audit = useInfiniteQuery(auditQuery)
  const narrow = useMediaQuery('(max-width: 62em)')
  const rowHeight = useRowHeight()
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = audit
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  return (
    <>
      <PageHeader title={t('admin.audit.title')} subtitle={t('admin.audit.subtitle')} />
      {audit.isError && <ErrorNotice error={audit.error} onRetry={() => void audit.refetch()} />}
      {audit.isPending && <Skeleton height={200} />}
      {audit.data && (
        <section className={classes.list} aria-label={t('admin.audit.title')}>
          <div className={styles.columns} aria-hidden>
            <span>{t('admin.audit.at')}</span>
            <span>{t('admin.audit.who')}</span>
            <span>{t('admin.audit.what')}</span>
            <span>{t('admin.audit.to')}</span>
            <span>{t('admin.audit.address')}</span>
            <span />
          </div>
          <div className={classes.listBody}>
            <VirtualList
              items={audit.data.pages.flatMap((page) => page.items)}
              keyOf={(entry) => String(entry.id)}
              rowHeight={narrow ? TWO_LINES : rowHeight}
              label={t('admin.audit.title')}
              onNearEnd={more}
              renderRow={(entry) => <AuditLine entry={entry} />}
            />
          </div>
        </section>
      )}
    </>
  )
}
