import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { JobRow, JobStats } from '../../api-types.ts'
import { useFormat } from '../../parts/format.ts'
import classes from './activity.module.css'
import { jobStatsQuery } from './queries.ts'
import { stepName } from './step-name.ts'

const SHOWN = ['running', 'queued', 'blocked', 'done', 'dead'] as const

/** The work of the box in a line of figures. */
export function Now() {
  const { t } = useTranslation()
  const format = useFormat()
  const { data } = useQuery(jobStatsQuery)
  return (
    <dl className={classes.now}>
      {SHOWN.map((state) => (
        <div key={state} data-bad={(state === 'dead' && (data?.dead ?? 0) > 0) || undefined}>
          <dt>{t(`activity.now.${state}`)}</dt>
          <dd>{data ? format.number(countOf(data, state)) : '–'}</dd>
        </div>
      ))}
      <div>
        <dt>{t('activity.now.oldest')}</dt>
        <dd>{data && data.oldest_ready_ms > 0 ? format.duration(data.oldest_ready_ms) : '–'}</dd>
      </div>
    </dl>
  )
}

/** Steps that had nothing to do count as done. */
const countOf = (stats: JobStats, state: (typeof SHOWN)[number]) =>
  state === 'done' ? stats.done + stats.skipped : stats[state]

/** What is being worked on right now, by step. */
export function Steps({ jobs }: { jobs: readonly JobRow[] }) {
  const { t } = useTranslation()
  const counts = new Map<string, number>()
  for (const job of jobs) {
    if (job.state === 'running') counts.set(job.step, (counts.get(job.step) ?? 0) + 1)
  }
  if (counts.size === 0) return null
  return (
    <ul className={classes.steps} aria-label={t('activity.by_step')}>
      {[...counts].map(([step, count]) => (
        <li key={step} className={classes.step}>
          {stepName(t, step)} <b>{count}</b>
        </li>
      ))}
    </ul>
  )
}
