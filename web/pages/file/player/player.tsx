import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DocumentFull, Version } from '../../../api-types.ts'
import { CannotShow } from '../cannot-show.tsx'
import type { FileSearch } from '../place.ts'
import { contentAddress, transcriptAddress } from '../queries.ts'
import classes from './player.module.css'
import { beginAt, indexAt, marksIn } from './segments.ts'
import { Transcript } from './transcript.tsx'
import { useSpoken } from './use-spoken.ts'

interface Props {
  document: DocumentFull
  /** The version on the screen. */
  shown: Version
  place: FileSearch
}

/** A recording or a film by the browser's own means, and beside it what is said. */
export function Player({ document, shown, place }: Props) {
  const { spoken, isPending, error, refetch } = useSpoken(document.id, shown.id)
  const marks = useMemo(() => marksIn(spoken, place), [spoken, place])
  const media = useRef<HTMLMediaElement | null>(null)
  const [current, setCurrent] = useState(-1)

  const seek = useCallback((seconds: number) => {
    if (media.current) media.current.currentTime = seconds
  }, [])
  const onTime = () => setCurrent(indexAt(spoken, (media.current?.currentTime ?? 0) * 1000))
  useBegin(media, isPending ? undefined : beginAt(spoken, marks, place))

  return (
    <div className={classes.player} data-kind={shown.kind}>
      <Stage
        document={document}
        shown={shown}
        hasCaptions={spoken.length > 0}
        onTime={onTime}
        media={media}
      />
      <Transcript
        document={document}
        versionId={shown.id}
        spoken={spoken}
        marks={marks}
        current={current}
        isPending={isPending}
        error={error}
        onRetry={() => void refetch()}
        onSeek={seek}
      />
    </div>
  )
}

/** Goes to the place of a hit once: as soon as it is known, and again when the address changes. */
function useBegin(media: React.RefObject<HTMLMediaElement | null>, seconds?: number): void {
  useEffect(() => {
    if (seconds === undefined || !media.current) return
    const element = media.current
    const go = () => {
      element.currentTime = seconds
    }
    if (element.readyState >= HTMLMediaElement.HAVE_METADATA) return go()
    element.addEventListener('loadedmetadata', go, { once: true })
    return () => element.removeEventListener('loadedmetadata', go)
  }, [media, seconds])
}

interface StageProps {
  document: DocumentFull
  shown: Version
  hasCaptions: boolean
  media: React.RefObject<HTMLMediaElement | null>
  onTime: () => void
}

function Stage({ document, shown, hasCaptions, media, onTime }: StageProps) {
  const { t } = useTranslation()
  const [failed, setFailed] = useState(false)
  if (failed) return <CannotShow why={t('file.cannot_play')} />
  const all = {
    'aria-label': document.name,
    controls: true,
    preload: 'metadata',
    src: contentAddress(shown.id, true),
    onError: () => setFailed(true),
    onTimeUpdate: onTime,
    onSeeked: onTime,
  } as const
  const keep = (element: HTMLMediaElement | null) => {
    media.current = element
  }
  const { language } = document.details
  return (
    <div className={classes.stage}>
      {shown.kind === 'audio' ? (
        <audio className={classes.audio} ref={keep} {...all} />
      ) : (
        <video className={classes.video} ref={keep} {...all}>
          {hasCaptions && (
            <track
              kind="captions"
              src={transcriptAddress(document.id, shown.id, 'vtt')}
              label={t('file.player.captions')}
              {...(language && { srcLang: language })}
            />
          )}
        </video>
      )}
    </div>
  )
}
