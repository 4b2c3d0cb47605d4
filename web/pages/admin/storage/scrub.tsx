import { useTranslation } from 'react-i18next'
import type { Usage } from '../../../api-types.ts'
import { useFormat } from '../../../parts/format.ts'
import classes from '../admin.module.css'
import { Bar } from './bar.tsx'
import styles from './storage.module.css'

/** How far reading everything again is, and what the last whole round found. */
export function Scrub({ usage: { scrub } }: { usage: Usage }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (!scrub) {
    return (
      <section className={classes.card}>
        <h2 className={classes.cardTitle}>{t('admin.storage.scrub.title')}</h2>
        <p className={classes.cardText}>{t('admin.storage.scrub.never')}</p>
      </section>
    )
  }
  const { bytes_read: read, bytes_total: total, damaged, last } = scrub
  const rows = [
    ['now', `${format.bytes(read)} / ${format.bytes(total)}`],
    ['found', format.number(damaged)],
    [
      'last',
      last
        ? t('admin.storage.scrub.last_value', {
            when: format.dateTime(last.ended_at),
            count: last.checked,
            damaged: last.damaged,
          })
        : t('admin.storage.scrub.last_never'),
    ],
  ] as const
  return (
    <section className={classes.card}>
      <h2 className={classes.cardTitle}>{t('admin.storage.scrub.title')}</h2>
      <p className={classes.cardText}>{t('admin.storage.scrub.text')}</p>
      <Bar parts={[{ share: total > 0 ? Math.min(1, read / total) : 0, colour: '--of-accent' }]} />
      <dl className={styles.rows}>
        {rows.map(([key, value]) => (
          <div key={key}>
            <dt>{t(`admin.storage.scrub.${key}`)}</dt>
            <dd className="of-num">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
