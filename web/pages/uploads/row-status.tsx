import { Progress } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../parts/format.ts'
import { Pill } from '../../parts/status-pill.tsx'
import { AnswerMenu } from '../../upload/answer-menu.tsx'
import type { UploadItem } from '../../upload/item.ts'
import { problemWords } from '../../upload/problem-words.ts'
import type { UploadQueue } from '../../upload/queue.ts'
import { StatePill } from '../../upload/state-pill.tsx'
import classes from './uploads.module.css'

/** Files smaller than this are done before a bar could be read. */
const BAR_FROM_BYTES = 1_000_000

interface Props {
  queue: UploadQueue
  item: UploadItem
  held: boolean
}

/** State of a file, with how far it is or why it rests. */
export function RowStatus({ queue, item, held }: Props) {
  const { t } = useTranslation()
  const moves = item.state === 'uploading' || item.state === 'fingerprinting'
  if (moves && item.sizeBytes >= BAR_FROM_BYTES) return <Moving item={item} />
  const heldBack = item.state === 'waiting' && held
  return (
    <div className={classes.status}>
      {item.problem && (
        <span className={`of-clip ${classes.reason}`} title={problemWords(t, item.problem)}>
          {problemWords(t, item.problem)}
        </span>
      )}
      {item.retryAt !== undefined && <NextTry at={item.retryAt} />}
      {item.retryAt === undefined && <StatePill state={heldBack ? 'paused' : item.state} />}
      {item.state === 'asking' && <AnswerMenu queue={queue} item={item} />}
    </div>
  )
}

function Moving({ item }: { item: UploadItem }) {
  const { t } = useTranslation()
  const format = useFormat()
  const share = item.doneBytes / item.sizeBytes
  const label = t('uploads.percent_of', {
    state: t(`uploads.state.${item.state}`),
    share: format.percent(share),
  })
  return (
    <div className={classes.status}>
      <Progress
        className={classes.progress}
        value={share * 100}
        size={6}
        color={item.state === 'uploading' ? 'accent' : 'gray'}
        aria-label={t('uploads.progress_of', { name: item.name })}
      />
      <Pill tone="busy" label={label} />
    </div>
  )
}

function NextTry({ at }: { at: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  const wait = Math.max(1000, Math.ceil((at - now) / 1000) * 1000)
  return <Pill tone="wait" label={t('uploads.next_try', { wait: format.duration(wait) })} />
}
