import { Skeleton } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { Usage } from '../../../api-types.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { useFormat } from '../../../parts/format.ts'
import { PageHeader } from '../../../parts/page-header.tsx'
import { ByBook, Compare, Contents, Disk } from './cards.tsx'
import { Scrub } from './scrub.tsx'
import classes from './storage.module.css'
import { Stores } from './stores.tsx'

const usageQuery = queryOptions({
  queryKey: ['usage'],
  queryFn: () => answer(api.GET('/api/v1/usage')),
})

/** What people have put in, what it takes on the disk, and what storing once saves. */
export function StorageSection() {
  const { t } = useTranslation()
  const usage = useQuery(usageQuery)
  return (
    <>
      <PageHeader title={t('admin.storage.title')} subtitle={t('admin.storage.subtitle')} />
      {usage.isError && <ErrorNotice error={usage.error} onRetry={() => void usage.refetch()} />}
      {usage.isPending && <Skeleton height={240} />}
      {usage.data && (
        <>
          <Figures usage={usage.data} />
          <div className={classes.grid}>
            <Compare usage={usage.data} />
            <Disk usage={usage.data} />
            <ByBook usage={usage.data} />
            <Contents usage={usage.data} />
            <Scrub usage={usage.data} />
            <Stores />
          </div>
        </>
      )}
    </>
  )
}

function Figures({ usage }: { usage: Usage }) {
  const { t } = useTranslation()
  const format = useFormat()
  const figures = [
    {
      name: t('admin.storage.uploaded'),
      value: format.bytes(usage.logical_bytes),
      hint: t('admin.storage.uploaded_hint', { count: usage.versions }),
    },
    {
      name: t('admin.storage.stored'),
      value: format.bytes(usage.unique_bytes),
      hint: t('admin.storage.stored_hint', { count: usage.blobs }),
    },
    {
      name: t('admin.storage.saved'),
      value: format.percent(usage.saved_share),
      hint: t('admin.storage.saved_hint', { size: format.bytes(Math.max(0, usage.saved_bytes)) }),
      good: usage.saved_bytes > 0,
    },
    {
      name: t('admin.storage.free'),
      value: format.bytes(usage.disk.free_bytes),
      hint: t('admin.storage.free_hint', { size: format.bytes(usage.disk.total_bytes) }),
    },
  ]
  return (
    <dl className={classes.figures}>
      {figures.map(({ name, value, hint, good }) => (
        <div key={name} className={classes.figure} data-good={good || undefined}>
          <dt>{name}</dt>
          <dd>
            {value}
            <small>{hint}</small>
          </dd>
        </div>
      ))}
    </dl>
  )
}
