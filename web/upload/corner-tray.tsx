import { ActionIcon, Progress } from '@mantine/core'
import {
  IconChevronDown,
  IconChevronUp,
  IconPlayerPause,
  IconPlayerPlay,
  IconX,
} from '@tabler/icons-react'
import { Link, useLocation } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FileIcon } from '../parts/file-icon.tsx'
import { useFormat } from '../parts/format.ts'
import { Announcements } from './announcements.tsx'
import { ConflictDialog } from './conflict-dialog.tsx'
import classes from './corner-tray.module.css'
import { isActive } from './item.ts'
import { kindOfName } from './kind-of-name.ts'
import type { UploadQueue } from './queue.ts'
import { StatePill } from './state-pill.tsx'
import { useQueue } from './use-queue.ts'

const SHOWN = 4

/**
 * The small upload tray in the corner, shown while uploads run and the reader is elsewhere. The
 * question about taken names and the announcements live here, as this is on every page.
 */
export function CornerTray() {
  const queue = useQueue()
  const onUploads = useLocation().pathname.startsWith('/uploads')
  const [dismissed, setDismissed] = useState(0)
  const { counts, files } = queue.tally
  const open = files - counts.stored - counts.paused
  // A tray that was closed stays away until there is something new to tell.
  if (open === 0 && dismissed !== 0) setDismissed(0)
  const shown = !onUploads && open > 0 && (dismissed === 0 || open > dismissed)
  return (
    <>
      <Announcements queue={queue} />
      <ConflictDialog />
      {shown && <Tray queue={queue} onClose={() => setDismissed(open)} />}
    </>
  )
}

function Tray({ queue, onClose }: { queue: UploadQueue; onClose: () => void }) {
  const { t } = useTranslation()
  const [expanded, setExpanded] = useState(true)
  const { tally } = queue
  const share = tally.totalBytes > 0 ? tally.sentBytes / tally.totalBytes : 0
  return (
    <section className={classes.tray} aria-label={t('uploads.tray')}>
      <div className={classes.head}>
        <Headline queue={queue} share={share} />
        {queue.busy || queue.paused ? <PauseButton queue={queue} /> : null}
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-expanded={expanded}
          aria-label={t(expanded ? 'uploads.collapse' : 'uploads.expand')}
          onClick={() => setExpanded(!expanded)}
        >
          {expanded ? <IconChevronDown size={16} /> : <IconChevronUp size={16} />}
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('uploads.hide_tray')}
          onClick={onClose}
        >
          <IconX size={16} />
        </ActionIcon>
      </div>
      <Progress value={share * 100} size={3} radius={0} aria-label={t('uploads.overall')} />
      {expanded && <Current queue={queue} />}
      <div className={classes.foot}>
        <Link to="/uploads" className={classes.link}>
          {t('uploads.open_page')}
        </Link>
      </div>
    </section>
  )
}

function Headline({ queue, share }: { queue: UploadQueue; share: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { counts, files } = queue.tally
  const key = queue.paused ? 'paused' : queue.busy ? 'busy' : 'attention'
  return (
    <div className={classes.words}>
      <p className={classes.title}>{t(`uploads.tray_title.${key}`)}</p>
      <p className={classes.text}>
        {t('uploads.tray_text', { stored: counts.stored, files, share: format.percent(share) })}
      </p>
    </div>
  )
}

function PauseButton({ queue }: { queue: UploadQueue }) {
  const { t } = useTranslation()
  const toggle = () => (queue.paused ? queue.resumeAll() : queue.pauseAll())
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={t(queue.paused ? 'uploads.resume_all' : 'uploads.pause_all')}
      onClick={toggle}
    >
      {queue.paused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
    </ActionIcon>
  )
}

/** The files under way, then those that need somebody. */
function Current({ queue }: { queue: UploadQueue }) {
  const moving = queue.items.filter((item) => isActive(item.state) && item.state !== 'waiting')
  const resting = queue.items.filter((item) => item.state === 'failed' || item.state === 'asking')
  const items = [...moving, ...resting].slice(0, SHOWN)
  if (items.length === 0) return null
  return (
    <ul className={classes.list}>
      {items.map((item) => (
        <li key={item.id} className={classes.row}>
          <FileIcon kind={kindOfName(item.name)} size={18} />
          <span className="of-clip" title={item.name}>
            {item.name}
          </span>
          <StatePill state={item.state} />
        </li>
      ))}
    </ul>
  )
}
