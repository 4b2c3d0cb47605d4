import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../parts/page-header.tsx'

export function UploadsPage() {
  const { t } = useTranslation()
  return (
    <div>
      <PageHeader title={t('nav.uploads')} />
    </div>
  )
}
