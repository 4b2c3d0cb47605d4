import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { PageHeader } from '../../../parts/page-header.tsx'
import { ImportCard } from './import-card.tsx'
import { KindCard } from './kind-card.tsx'
import styles from './models.module.css'
import { modelsQuery } from './queries.ts'
import { SpacesSection } from './spaces-section.tsx'
import { WorkList } from './work-list.tsx'

const KINDS = ['embedding', 'speech', 'ocr', 'image'] as const

/** What understands text, speech, scans and pictures here, and what is missing. */
export function ModelsSection() {
  const { t } = useTranslation()
  const shelf = useQuery(modelsQuery)
  return (
    <>
      <PageHeader title={t('models.title')} subtitle={t('models.subtitle')} />
      {shelf.isError && <ErrorNotice error={shelf.error} onRetry={() => void shelf.refetch()} />}
      {shelf.isPending && <Skeleton height={240} />}
      {shelf.data && (
        <div className={styles.grid}>
          <WorkList work={shelf.data.work} />
          {KINDS.map((kind) => (
            <KindCard
              key={kind}
              kind={kind}
              models={shelf.data.items.filter((model) => model.kind === kind)}
              command={shelf.data.missing.find((each) => each.kind === kind)?.command}
            />
          ))}
          <SpacesSection />
          <ImportCard fingerprint={shelf.data.fingerprint} />
        </div>
      )}
    </>
  )
}
