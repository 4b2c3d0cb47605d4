import { Skeleton } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { Status } from '../../../api-types.ts'
import { CopyIcon } from '../../../parts/copy.tsx'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { Notice } from '../../../parts/notice.tsx'
import { PageHeader } from '../../../parts/page-header.tsx'
import { Pill } from '../../../parts/status-pill.tsx'
import classes from '../admin.module.css'
import { Alarms } from './alarms.tsx'
import styles from './health.module.css'

const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: () => answer(api.GET('/api/v1/status')),
  refetchInterval: 15_000,
})

/** Whether the box is well, and what it can do; each gap with the way to close it. */
export function HealthSection() {
  const { t } = useTranslation()
  const status = useQuery(statusQuery)
  return (
    <>
      <PageHeader
        title={t('admin.health.title')}
        subtitle={status.data && t('admin.health.version', { version: status.data.version })}
      />
      {status.isError && <ErrorNotice error={status.error} onRetry={() => void status.refetch()} />}
      {status.isPending && <Skeleton height={200} />}
      {status.data && (
        <div className={styles.grid}>
          <Alarms />
          <Checks status={status.data} />
          <Abilities status={status.data} />
        </div>
      )}
    </>
  )
}

function Checks({ status }: { status: Status }) {
  const { t } = useTranslation()
  return (
    <section className={classes.card}>
      <h2 className={classes.cardTitle}>{t('admin.health.checks')}</h2>
      <ul className={styles.list}>
        {status.checks.map((check) => (
          <li key={check.name} className={styles.item}>
            <span>
              <Pill
                tone={check.ok ? 'good' : 'bad'}
                label={t(check.ok ? 'admin.health.ok' : 'admin.health.problem')}
              />
            </span>
            <div>
              <span className={styles.name}>{check.name}</span>
              {check.message && check.message !== 'ok' && (
                <p className={styles.text}>{check.message}</p>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Abilities({ status }: { status: Status }) {
  const { t } = useTranslation()
  return (
    <section className={classes.card}>
      <h2 className={classes.cardTitle}>{t('admin.health.abilities')}</h2>
      <p className={classes.cardText}>
        {t('admin.health.embedder', { model: status.embedder.model })}
      </p>
      {status.embedder.builtin && <Notice tone="info">{t('admin.health.builtin')}</Notice>}
      <ul className={styles.list}>
        {status.abilities.map((ability) => (
          <li key={ability.name} className={styles.item}>
            <span>
              <Pill
                tone={ability.available ? 'good' : 'quiet'}
                label={t(ability.available ? 'admin.health.on' : 'admin.health.off')}
              />
            </span>
            <div>
              <span className={styles.name}>{ability.name}</span>
              {ability.how_to_enable && <Command text={ability.how_to_enable} />}
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Command({ text }: { text: string }) {
  const { t } = useTranslation()
  return (
    <div className={styles.command}>
      <span>{text}</span>
      <CopyIcon text={text} label={t('admin.health.copy', { command: text })} />
    </div>
  )
}
