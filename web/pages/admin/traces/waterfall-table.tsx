import { useTranslation } from 'react-i18next'
import { useFormat } from '../../../parts/format.ts'
import { Pill } from '../../../parts/status-pill.tsx'
import { barName } from './operation-name.ts'
import styles from './traces.module.css'
import type { Bar, Waterfall } from './waterfall.ts'

/** A waterfall that is a table: what the bars show to the eye stands beside them in figures. */
export function WaterfallTable({ waterfall }: { waterfall: Waterfall }) {
  const { t } = useTranslation()
  return (
    <table className={styles.waterfall}>
      <caption className="of-hidden">{t('traces.steps')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('traces.what')}</th>
          <th scope="col" data-figure>
            {t('traces.starts')}
          </th>
          <th scope="col" data-figure>
            {t('traces.took')}
          </th>
          <th scope="col">{t('traces.result')}</th>
        </tr>
      </thead>
      <tbody>
        {waterfall.bars.map((bar) => (
          <Row key={bar.key} bar={bar} totalMs={waterfall.totalMs} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ bar, totalMs }: { bar: Bar; totalMs: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  const name = barName(t, bar)
  const share = (ms: number) => `${totalMs > 0 ? (ms / totalMs) * 100 : 0}%`
  return (
    <tr data-state={bar.state}>
      <th scope="row">
        <span className={styles.name}>
          {bar.file === undefined ? name : t('traces.of_file', { step: name, name: bar.file })}
        </span>
        <span className={styles.track} aria-hidden>
          <span
            className={styles.bar}
            style={{ left: share(bar.startMs), width: share(bar.durationMs) }}
          />
        </span>
      </th>
      <td data-figure className="of-num">
        {format.duration(bar.startMs)}
      </td>
      <td data-figure className="of-num">
        {format.duration(bar.durationMs)}
      </td>
      <td>
        <Result bar={bar} />
      </td>
    </tr>
  )
}

function Result({ bar }: { bar: Bar }) {
  const { t } = useTranslation()
  if (bar.state === 'wait') return null
  return (
    <>
      <Pill
        tone={bar.state === 'failed' ? 'bad' : 'good'}
        label={t(bar.state === 'failed' ? 'traces.bad' : 'traces.ok')}
      />
      {bar.calls > 1 && (
        <span className={styles.calls}>
          {t('traces.calls', { count: bar.calls })}
          {bar.failedCalls > 0 && `, ${t('traces.failed_calls', { count: bar.failedCalls })}`}
        </span>
      )}
    </>
  )
}
