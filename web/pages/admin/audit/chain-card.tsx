import { Button, Skeleton } from '@mantine/core'
import { IconShieldCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { AuditChain, AuditVerdict } from '../../../api-types.ts'
import { CopyIcon } from '../../../parts/copy.tsx'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { useFormat } from '../../../parts/format.ts'
import { Notice } from '../../../parts/notice.tsx'
import classes from '../admin.module.css'
import styles from './audit.module.css'
import { chainQuery, useVerify } from './queries.ts'

/** Whether the entries are still what was written down, as far as this box can tell. */
export function ChainCard() {
  const chain = useQuery(chainQuery)
  if (chain.isError) return <ErrorNotice error={chain.error} onRetry={() => void chain.refetch()} />
  if (chain.isPending) return <Skeleton height={120} />
  return <Chain chain={chain.data} />
}

function Chain({ chain }: { chain: AuditChain }) {
  const { t } = useTranslation()
  const verify = useVerify()
  return (
    <section className={`${classes.card} ${styles.chain}`} aria-label={t('audit.chain.title')}>
      <div className={styles.chainHead}>
        <h2 className={classes.cardTitle}>{t('audit.chain.title')}</h2>
        <Button
          variant="default"
          leftSection={<IconShieldCheck size={16} aria-hidden />}
          loading={verify.isPending}
          onClick={() => verify.mutate()}
        >
          {t('audit.chain.verify')}
        </Button>
      </div>
      <Facts chain={chain} />
      <p className={classes.cardText}>{t('audit.chain.nightly')}</p>
      {chain.verified && <Found verdict={chain.verified} />}
      {chain.key_here && <Notice tone="warn">{t('audit.chain.key_here')}</Notice>}
    </section>
  )
}

function Facts({ chain }: { chain: AuditChain }) {
  const { t } = useTranslation()
  const format = useFormat()
  const time = (at: number | undefined) =>
    at === undefined ? t('audit.chain.never') : format.dateTime(at)
  return (
    <dl className={styles.facts}>
      <div>
        <dt>{t('audit.chain.entries')}</dt>
        <dd className="of-num">{format.number(chain.entries)}</dd>
      </div>
      <div>
        <dt>{t('audit.chain.anchored')}</dt>
        <dd className="of-num">{time(chain.last_anchor?.at)}</dd>
      </div>
      <div>
        <dt>{t('audit.chain.verified')}</dt>
        <dd className="of-num">{time(chain.verified?.at)}</dd>
      </div>
      <div className={styles.head}>
        <dt>{t('audit.chain.head')}</dt>
        <dd>
          <span className="of-mono of-clip" title={chain.head ?? ''}>
            {chain.head ?? t('audit.chain.no_head')}
          </span>
          {chain.head !== null && <CopyIcon text={chain.head} label={t('audit.chain.copy')} />}
        </dd>
      </div>
    </dl>
  )
}

function Found({ verdict }: { verdict: AuditVerdict }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { problem, until, heads, keyed } = verdict
  if (problem) {
    return (
      <Notice tone="bad" title={t('audit.chain.broken', { id: problem.id })}>
        {t(`audit.kind.${problem.kind}`)} {t('audit.what_now')}
      </Notice>
    )
  }
  const sound = until
    ? t('audit.chain.sound', { id: until.id, at: format.dateTime(until.at) })
    : t('audit.chain.sound_empty')
  return (
    <Notice tone="good">
      <strong>{sound}.</strong>{' '}
      {keyed ? t('audit.chain.keyed') : t('audit.chain.linked', { count: heads })}
    </Notice>
  )
}
