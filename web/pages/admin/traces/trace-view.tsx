import { Skeleton } from '@mantine/core'
import { IconRouteOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../../api.ts'
import type { Trace } from '../../../api-types.ts'
import { CopyIcon } from '../../../parts/copy.tsx'
import { EmptyState } from '../../../parts/empty-state.tsx'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { useFormat } from '../../../parts/format.ts'
import classes from '../admin.module.css'
import { operationName } from './operation-name.ts'
import { traceQuery } from './queries.ts'
import styles from './traces.module.css'
import { type Waterfall, waterfallOf } from './waterfall.ts'
import { WaterfallTable } from './waterfall-table.tsx'

/** One trace: its waterfall, its files and what failed. */
export function TraceView({ id }: { id: string }) {
  const { t } = useTranslation()
  const trace = useQuery({ ...traceQuery(id), retry: false })
  if (trace.error instanceof ApiError && trace.error.code === 'not_found') {
    return (
      <EmptyState icon={<IconRouteOff size={26} stroke={1.5} />} title={t('traces.absent_title')}>
        {t('traces.absent')}
      </EmptyState>
    )
  }
  if (trace.isError) return <ErrorNotice error={trace.error} onRetry={() => void trace.refetch()} />
  if (!trace.data) return <Skeleton height={240} />
  const waterfall = waterfallOf(trace.data)
  return (
    <div className={styles.view}>
      <Summary id={id} trace={trace.data} waterfall={waterfall} />
      {waterfall.bars.length > 0 && <WaterfallTable waterfall={waterfall} />}
      <Failures errors={trace.data.errors} />
    </div>
  )
}

function Summary({ id, trace, waterfall }: { id: string; trace: Trace; waterfall: Waterfall }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { searchableMs, startedAt, totalMs } = waterfall
  const facts = [
    t('traces.started', { when: format.dateTime(startedAt) }),
    t('traces.total', { time: format.duration(totalMs) }),
  ]
  if (searchableMs !== undefined) {
    facts.push(t('traces.searchable', { time: format.duration(searchableMs) }))
  } else if (trace.files.length > 0) facts.push(t('traces.not_searchable'))
  return (
    <div className={classes.card}>
      <h2 className={styles.id}>
        <span className="of-mono">{id}</span>
        <CopyIcon text={id} label={t('common.copy_trace')} />
      </h2>
      <p className={styles.quiet}>{facts.join(' · ')}</p>
      {trace.files.length > 0 && (
        <ul className={styles.files} aria-label={t('traces.file')}>
          {trace.files.map((file) => (
            <li key={file.version_id}>
              <Link to="/file/$documentId" params={{ documentId: file.document_id }}>
                {file.name}
              </Link>
            </li>
          ))}
        </ul>
      )}
      {trace.files.length === 20 && <p className={styles.quiet}>{t('traces.more_files')}</p>}
    </div>
  )
}

function Failures({ errors }: Pick<Trace, 'errors'>) {
  const { t } = useTranslation()
  return (
    <section className={classes.card}>
      <h2 className={classes.cardTitle}>{t('traces.failures')}</h2>
      {errors.length === 0 && <p className={styles.quiet}>{t('traces.no_failures')}</p>}
      <ul className={styles.failures}>
        {errors.map((error) => (
          <Failure key={`${error.at} ${error.operation} ${error.message}`} error={error} />
        ))}
      </ul>
    </section>
  )
}

function Failure({ error }: { error: Trace['errors'][number] }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <li>
      <p className={styles.message}>{error.message}</p>
      <p className={styles.quiet}>
        {operationName(t, error.operation)} · {format.dateTime(error.at)} ·{' '}
        <span className="of-mono">{error.reason ?? error.code}</span>
      </p>
      {error.stack && (
        <details>
          <summary>{t('traces.stack')}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keys */}
          <pre className={styles.stack} tabIndex={0}>
            {error.stack}
          </pre>
        </details>
      )}
    </li>
  )
}
