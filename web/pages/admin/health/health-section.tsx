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
import { MissingWork } from './missing-work.tsx'
import { ServiceLevel } from './service-level.tsx'

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
          <MissingWork />
          <ServiceLevel />
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
          <CheckItem key={check.name} check={check} />
        ))}
      </ul>
    </section>
  )
}

type Check = Status['checks'][number]

function CheckItem({ check }: { check: Check }) {
  const { t } = useTranslation()
  const name = NAMED.find((each) => each === check.name)
  const help = helpOf(check)
  return (
    <li className={styles.item}>
      <span>
        <Pill tone={toneOf(check)} label={t(LABELS[toneOf(check)])} />
      </span>
      <div>
        <span className={styles.name}>{name ? t(`admin.health.check.${name}`) : check.name}</span>
        {help && <p className={styles.text}>{t(`admin.health.help.${help}`)}</p>}
        {check.message && check.message !== 'ok' && <p className={styles.text}>{check.message}</p>}
      </div>
    </li>
  )
}

/** Checks that have a name for people; further stores have their own. */
const NAMED = [
  'catalog',
  'blobs',
  'index',
  'embedder',
  'kv',
  'store',
  'contents',
  'audit',
  'directory',
  'disk',
  'sandbox',
  'ollama',
] as const

const LABELS = {
  good: 'admin.health.ok',
  warn: 'admin.health.warns',
  bad: 'admin.health.problem',
} as const

const toneOf = ({ ok, warns }: Check) => (ok ? (warns ? 'warn' : 'good') : 'bad')

const HELPED = ['directory', 'store', 'contents', 'audit', 'disk', 'sandbox'] as const

/** What to do about it, where there is more to say than the message. */
function helpOf({ name, ok, warns }: Check) {
  if (name === 'disk' && warns) return 'disk_warns'
  if (name === 'sandbox' && warns) return 'sandbox_warns'
  if (name === 'directory' && warns) return 'directory'
  return ok ? undefined : HELPED.find((each) => each === name)
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
