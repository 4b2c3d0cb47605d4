import { useTranslation } from 'react-i18next'
import { useFormat } from '../../parts/format.ts'
import type { UploadQueue } from '../../upload/queue.ts'
import classes from './uploads.module.css'

/** The queue in figures; how far it is, how fast and how long to go, while something is done. */
export function Totals({ queue }: { queue: UploadQueue }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { tally, bytesPerSecond, msLeft } = queue
  const figures = [
    [t('uploads.totals.queue'), format.number(tally.files)],
    [t('uploads.totals.finished'), format.number(tally.counts.stored)],
    [t('uploads.totals.size'), format.bytes(tally.totalBytes)],
  ]
  if (queue.busy && tally.totalBytes > 0) {
    const shareOf = (bytes: number) => format.percent(bytes / tally.totalBytes)
    figures.push([t('uploads.totals.read'), shareOf(tally.hashedBytes)])
    figures.push([t('uploads.totals.sent'), shareOf(tally.sentBytes)])
  }
  if (queue.busy && bytesPerSecond > 0) {
    const amount = format.bytes(bytesPerSecond)
    figures.push([t('uploads.totals.speed'), t('uploads.per_second', { amount })])
  }
  // Said only when it is known: before something has been sent, nobody knows how fast that goes.
  if (queue.busy && msLeft !== undefined && msLeft > 0) {
    figures.push([t('uploads.totals.left'), format.duration(Math.max(1000, msLeft))])
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
