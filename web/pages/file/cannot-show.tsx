import { IconFileOff } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../../parts/empty-state.tsx'

/** Instead of a view: why there is none, and that the file itself is safe. */
export function CannotShow({ why }: { why: string }) {
  const { t } = useTranslation()
  return (
    <EmptyState icon={<IconFileOff size={26} stroke={1.5} />} title={why}>
      <p>{t('file.still_there')}</p>
    </EmptyState>
  )
}
