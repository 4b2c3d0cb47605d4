import { IconHourglass, IconLetterCaseToggle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { DocumentFull } from '../../../api-types.ts'
import { EmptyState } from '../../../parts/empty-state.tsx'
import { reasonWords, whyWords } from '../reason.ts'

/** No words to show: still in work, or why there are none. */
export function NoText({ document }: { document: DocumentFull }) {
  const { t } = useTranslation()
  const { understanding } = document
  if (understanding === 'waiting' || understanding === 'working') {
    return (
      <EmptyState icon={<IconHourglass size={26} stroke={1.5} />} title={t('file.text.in_work')}>
        <p>{t('file.text.in_work_hint')}</p>
      </EmptyState>
    )
  }
  const step = document.processing.find(({ step, reason }) => step === 'extract' && reason)
  return (
    <EmptyState
      icon={<IconLetterCaseToggle size={26} stroke={1.5} />}
      title={whyWords(t, step?.reason, step?.message) ?? t('file.text.none')}
    >
      <p>{reasonWords(t, step?.reason) ?? t('file.text.none_hint')}</p>
    </EmptyState>
  )
}
