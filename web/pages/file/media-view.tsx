import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CannotShow } from './cannot-show.tsx'
import classes from './media.module.css'

interface Props {
  kind: 'image' | 'audio' | 'video'
  /** Address of the bytes. */
  url: string
  name: string
}

/** A picture or recording, by the browser's own means. */
export function MediaView({ kind, url, name }: Props) {
  const { t } = useTranslation()
  const [failed, setFailed] = useState(false)
  const onError = () => setFailed(true)
  if (failed) return <CannotShow why={t('file.cannot_play')} />
  return (
    <div className={classes.stage} data-kind={kind}>
      {kind === 'image' && <Picture url={url} name={name} onError={onError} />}
      {kind === 'audio' && (
        // biome-ignore lint/a11y/useMediaCaption: a file someone uploaded has no captions of ours
        <audio className={classes.audio} controls preload="metadata" src={url} onError={onError} />
      )}
      {kind === 'video' && (
        // biome-ignore lint/a11y/useMediaCaption: a file someone uploaded has no captions of ours
        <video className={classes.video} controls preload="metadata" src={url} onError={onError} />
      )}
    </div>
  )
}

/** Fits the frame; a click or Enter shows it in its own size, to be scrolled. */
function Picture({ url, name, onError }: { url: string; name: string; onError: () => void }) {
  const { t } = useTranslation()
  const [full, setFull] = useState(false)
  return (
    <button
      type="button"
      className={classes.picture}
      data-full={full || undefined}
      aria-pressed={full}
      aria-label={t('file.picture', { name })}
      onClick={() => setFull(!full)}
    >
      <img src={url} alt="" onError={onError} />
    </button>
  )
}
