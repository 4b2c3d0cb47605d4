import { Button, Skeleton, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { Share, ShareDryRun } from '../../../api-types.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { useFormat } from '../../../parts/format.ts'
import { Notice } from '../../../parts/notice.tsx'
import adminClasses from '../admin.module.css'
import { Facts } from './facts.tsx'
import { dryRunQuery } from './queries.ts'
import classes from './shares.module.css'

type Report = NonNullable<ShareDryRun['report']>
const KINDS = ['new', 'changed', 'move', 'missing', 'refused', 'unchanged'] as const

/** What a scan of a watched folder would do. */
export function DryRunCard({ share }: { share: Share }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const dryRun = useQuery(dryRunQuery(share.id))
  const params = { path: { id: share.id } }
  const ask = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/shares/{id}/dry-run', { params })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['share-dry-run', share.id] }),
  })
  const isRunning = ask.isPending || dryRun.data?.asked === true
  return (
    <section className={adminClasses.card}>
      <div className={classes.head}>
        <div className={classes.words}>
          <h2 className={adminClasses.cardTitle}>{t('shares.dry.title')}</h2>
          <p className={adminClasses.cardText}>{t('shares.dry.text')}</p>
        </div>
        <Button
          size="xs"
          variant="default"
          loading={isRunning}
          disabled={!share.enabled}
          onClick={() => ask.mutate()}
        >
          {t('shares.dry.run')}
        </Button>
      </div>
      <div aria-live="polite">
        {isRunning && <Text size="sm">{t('shares.dry.running')}</Text>}
        {ask.isError && <ErrorNotice error={ask.error} />}
        {dryRun.isError && (
          <ErrorNotice error={dryRun.error} onRetry={() => void dryRun.refetch()} />
        )}
        {dryRun.isPending && <Skeleton height={40} />}
        {!isRunning && dryRun.data?.report && <ReportView report={dryRun.data.report} />}
      </div>
    </section>
  )
}

function ReportView({ report }: { report: Report }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { counts, items, problem } = report
  const facts = KINDS.map((kind) => ({
    name: t(`shares.dry.${kind}`),
    value: format.number(counts[kind]),
    isBad: kind === 'refused' && counts.refused > 0,
    isWarn: kind === 'missing' && counts.missing > 0,
  }))
  const when = format.ago(report.finished_at)
  return (
    <>
      <Text size="xs" c="dimmed">
        {t('shares.dry.done', { when, time: format.duration(report.took_ms) })}
      </Text>
      {problem && (
        <Notice tone="bad" title={t('shares.dry.problem')}>
          {problem}
        </Notice>
      )}
      <Facts facts={facts} />
      {items.length === 0 && !problem && <Text size="sm">{t('shares.dry.nothing')}</Text>}
      {items.length > 0 && <Items report={report} />}
    </>
  )
}

function Items({ report }: { report: Report }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <>
      <Text size="sm">
        {t('shares.dry.bytes', { size: format.bytes(report.bytes) })}{' '}
        {t('shares.dry.first', { count: report.items.length })}
      </Text>
      <ul className={classes.entries}>
        {report.items.map((item) => (
          <li key={`${item.kind} ${item.path}`} className={classes.entry}>
            <p>
              <strong>{t(`shares.dry.${item.kind}`)}</strong>{' '}
              <span className="of-mono">{item.path}</span>
            </p>
            {item.message && <p className={classes.reason}>{item.message}</p>}
          </li>
        ))}
      </ul>
    </>
  )
}
