import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../parts/page-header.tsx'

export function ActivityPage() {
  const { t } = useTranslation()
  return (
    <div>
      <PageHeader title={t('nav.activity')} />
    </div>
  )
}
