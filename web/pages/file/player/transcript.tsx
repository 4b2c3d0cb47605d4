import { Button, Skeleton } from '@mantine/core'
import { IconArrowDown } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DocumentFull } from '../../../api-types.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { useFormat } from '../../../parts/format.ts'
import { Highlight } from '../../../parts/highlight.tsx'
import type { Range } from '../passage.ts'
import { NotHeard } from './not-heard.tsx'
import classes from './player.module.css'
import type { Spoken } from './segments.ts'
import { TranscriptHead } from './transcript-head.tsx'

interface Props {
  document: DocumentFull
  versionId: string
  spoken: readonly Spoken[]
  /** What was found, by the index of the segment. */
  marks: ReadonlyMap<number, Range[]>
  /** The segment that is heard now; -1 before the first. */
  current: number
  isPending: boolean
  error: Error | null
  onRetry: () => void
  /** In seconds. */
  onSeek: (seconds: number) => void
}

/** What is said, in time with what is heard. */
export function Transcript(props: Props) {
  const { t } = useTranslation()
  const { document, versionId, spoken, isPending, error, onRetry } = props
  if (isPending) return <Skeleton className={classes.transcript} aria-hidden />
  if (error) {
    return (
      <div className={classes.transcript}>
        <ErrorNotice error={error} onRetry={onRetry} />
      </div>
    )
  }
  return (
    <section className={classes.transcript} aria-label={t('file.player.transcript')}>
      {spoken.length === 0 ? (
        <NotHeard document={document} />
      ) : (
        <>
          <TranscriptHead document={document} versionId={versionId} />
          <Segments {...props} />
        </>
      )}
    </section>
  )
}

function Segments({ spoken, marks, current, onSeek }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const list = useRef<HTMLOListElement>(null)
  const [follows, setFollows] = useState(true)
  const leave = () => setFollows(false)
  useFollow(list, current, follows)
  return (
    <>
      <ol
        ref={list}
        className={classes.segments}
        onWheel={leave}
        onTouchMove={leave}
        onKeyDown={(event) => {
          if (moveFocus(event)) leave()
        }}
      >
        {spoken.map(({ startMs, text }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: segments have an order and nothing else
          <li key={index} className={classes.item}>
            <button
              type="button"
              className={classes.segment}
              aria-current={index === current ? 'true' : undefined}
              // One stop for the whole list: arrows go on from there.
              tabIndex={index === Math.max(current, 0) ? 0 : -1}
              onClick={() => {
                setFollows(true)
                onSeek(startMs / 1000)
              }}
            >
              <time className={classes.time}>{format.clock(startMs)}</time>
              <span>
                <Highlight text={text} marks={marks.get(index) ?? []} />
              </span>
            </button>
          </li>
        ))}
      </ol>
      {!follows && (
        <Button
          className={classes.follow ?? ''}
          size="xs"
          leftSection={<IconArrowDown size={14} />}
          onClick={() => setFollows(true)}
        >
          {t('file.player.follow')}
        </Button>
      )}
    </>
  )
}

/** Keeps what is heard in sight, by the list's own scrolling alone. */
function useFollow(
  list: React.RefObject<HTMLOListElement | null>,
  current: number,
  follows: boolean,
): void {
  useEffect(() => {
    const scroller = list.current
    const item = scroller?.children[current]
    if (!follows || !scroller || !item) return
    const box = scroller.getBoundingClientRect()
    const rect = item.getBoundingClientRect()
    if (rect.top >= box.top && rect.bottom <= box.bottom) return
    scroller.scrollTop += rect.top + rect.height / 2 - (box.top + box.height / 2)
  }, [list, current, follows])
}

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 }

/** Arrows go from one segment to the next. Whether the key was meant for that. */
function moveFocus(event: React.KeyboardEvent<HTMLOListElement>): boolean {
  const step = STEPS[event.key]
  const { activeElement } = document
  if (step === undefined || !activeElement) return false
  const item = activeElement.closest('li')
  const next = step > 0 ? item?.nextElementSibling : item?.previousElementSibling
  next?.querySelector('button')?.focus()
  event.preventDefault()
  return true
}
