import {
  type Icon,
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleHalf2,
  IconCircleMinus,
  IconCircleX,
  IconLoader2,
  IconTrash,
} from '@tabler/icons-react'
import type { ParseKeys } from 'i18next'
import { useTranslation } from 'react-i18next'
import classes from './status-pill.module.css'

export type Tone = 'good' | 'busy' | 'wait' | 'warn' | 'bad' | 'quiet'

const TONE_ICONS: Record<Tone, Icon> = {
  good: IconCircleCheck,
  busy: IconLoader2,
  wait: IconCircleDashed,
  warn: IconCircleHalf2,
  bad: IconCircleX,
  quiet: IconCircleMinus,
}

interface PillProps {
  tone: Tone
  /** The word beside the icon: colour alone says nothing. */
  label: string
  icon?: Icon
}

/** A state as icon and word. */
export function Pill({ tone, label, icon }: PillProps) {
  const Shape = icon ?? TONE_ICONS[tone]
  return (
    <span className={classes.pill} data-tone={tone}>
      <Shape size={14} aria-hidden className={tone === 'busy' ? classes.spin : undefined} />
      {label}
    </span>
  )
}

const STATES = {
  waiting: { tone: 'wait' },
  working: { tone: 'busy' },
  ready: { tone: 'good' },
  partial: { tone: 'warn' },
  no_text: { tone: 'quiet' },
  failed: { tone: 'bad' },
  blocked: { tone: 'wait' },
  queued: { tone: 'wait' },
  running: { tone: 'busy' },
  done: { tone: 'good' },
  skipped: { tone: 'quiet' },
  dead: { tone: 'bad' },
  missing: { tone: 'warn', icon: IconAlertTriangle },
  present: { tone: 'good' },
  trashed: { tone: 'quiet', icon: IconTrash },
} satisfies Record<string, { tone: Tone; icon?: Icon }>

export type KnownState = keyof typeof STATES

/** The pill of a state of understanding, of a job, of a step or of a share's source file. */
export function StatusPill({ state }: { state: KnownState }) {
  const { t } = useTranslation()
  return <Pill {...STATES[state]} label={t(`status.${state}` satisfies ParseKeys)} />
}
