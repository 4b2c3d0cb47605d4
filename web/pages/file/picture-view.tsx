import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CannotShow } from './cannot-show.tsx'
import classes from './picture.module.css'

interface Props {
  /** Address of the bytes. */
  url: string
  name: string
}

/** A picture, by the browser's own means. */
export function PictureView({ url, name }: Props) {
  const { t } = useTranslation()
  const [failed, setFailed] = useState(false)
  if (failed) return <CannotShow why={t('file.cannot_play')} />
  return (
    <div className={classes.stage}>
      <Picture url={url} name={name} onError={() => setFailed(true)} />
    </div>
  )
}

/** Fits the frame; a click or Enter shows it in its own size, to be scrolled. */
function Picture({ url, name, onError }: Props & { onError: () => void }) {
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
