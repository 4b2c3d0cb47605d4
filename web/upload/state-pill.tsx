import { IconHelpCircle, IconPlayerPause } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Pill, type Tone } from '../parts/status-pill.tsx'
import type { UploadState } from './item.ts'

const TONES: Record<UploadState, Tone> = {
  waiting: 'wait',
  fingerprinting: 'busy',
  uploading: 'busy',
  storing: 'busy',
  asking: 'warn',
  paused: 'quiet',
  stored: 'good',
  failed: 'bad',
}

const ICONS: Partial<Record<UploadState, typeof IconPlayerPause>> = {
  asking: IconHelpCircle,
  paused: IconPlayerPause,
}

/** State of an upload as icon and word. */
export function StatePill({ state }: { state: UploadState }) {
  const { t } = useTranslation()
  const icon = ICONS[state]
  return <Pill tone={TONES[state]} label={t(`uploads.state.${state}`)} {...(icon && { icon })} />
}
