import { IconEarOff, IconHourglass } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { DocumentFull } from '../../../api-types.ts'
import { EmptyState } from '../../../parts/empty-state.tsx'

/** How far somebody has listened to a file. */
export const speechOf = ({ modalities }: DocumentFull) =>
  modalities.find(({ modality }) => modality === 'speech')

/** Why there is no transcript, and what to do about it. */
export function NotHeard({ document }: { document: DocumentFull }) {
  const { t } = useTranslation()
  const speech = speechOf(document)
  const { understanding } = document
  const isInWork = understanding === 'waiting' || understanding === 'working'
  const isHeard = speech !== undefined && speech.state !== 'waiting' && speech.state !== 'working'
  if (isInWork && !isHeard) {
    return (
      <EmptyState icon={<IconHourglass size={26} stroke={1.5} />} title={t('file.player.in_work')}>
        <p>{t('file.player.in_work_hint')}</p>
      </EmptyState>
    )
  }
  const words = wordsOf(speech)
  return (
    <EmptyState icon={<IconEarOff size={26} stroke={1.5} />} title={t(`file.player.${words}`)}>
      <p>{t(`file.player.${words}_hint`)}</p>
    </EmptyState>
  )
}

type Why = 'no_model' | 'no_ffmpeg' | 'no_sound' | 'nothing_said' | 'failed'

function wordsOf(speech: ReturnType<typeof speechOf>): Why {
  if (speech?.reason === 'NO_FFMPEG') return 'no_ffmpeg'
  if (speech?.reason === 'NO_SOUND') return 'no_sound'
  if (speech?.state === 'not_available') return 'no_model'
  return speech?.state === 'failed' ? 'failed' : 'nothing_said'
}
