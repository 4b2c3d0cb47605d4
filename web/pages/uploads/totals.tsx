import { useTranslation } from 'react-i18next'
import { useFormat } from '../../parts/format.ts'
import type { UploadQueue } from '../../upload/queue.ts'
import classes from './uploads.module.css'

/** The queue in four figures; speed and time left while bytes flow. */
export function Totals({ queue }: { queue: UploadQueue }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { tally, bytesPerSecond } = queue
  const figures = [
    [t('uploads.totals.queue'), format.number(tally.files)],
    [t('uploads.totals.finished'), format.number(tally.counts.stored)],
    [t('uploads.totals.size'), format.bytes(tally.totalBytes)],
  ]
  if (queue.busy && bytesPerSecond > 0) {
    const left = ((tally.totalBytes - tally.sentBytes) / bytesPerSecond) * 1000
    figures.push(
      [
        t('uploads.totals.speed'),
        t('uploads.per_second', { amount: format.bytes(bytesPerSecond) }),
      ],
      [t('uploads.totals.left'), format.duration(Math.max(1000, left))],
    )
  }
  return (
    <dl className={classes.totals}>
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
