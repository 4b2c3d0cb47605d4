import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { PageHeader } from '../../../parts/page-header.tsx'
import { ConfigCard } from './config-card.tsx'
import styles from './directory.module.css'
import { GroupsCard } from './groups-card.tsx'
import { directoryQuery } from './queries.ts'
import { SetupCard } from './setup-card.tsx'
import { StateCard } from './state-card.tsx'
import { StoppedNotice } from './stopped-notice.tsx'
import { TestCard } from './test-card.tsx'

/** The directory: how it goes with it, what stopped it, a test, and what its groups are here. */
export function DirectorySection() {
  const { t } = useTranslation()
  const found = useQuery(directoryQuery)
  const directory = found.data
  return (
    <>
      <PageHeader title={t('directory.title')} subtitle={t('directory.subtitle')} />
      {found.isError && <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Skeleton height={240} />}
      {directory === null && <SetupCard />}
      {directory && (
        <>
          {directory.stopped && <StoppedNotice stopped={directory.stopped} />}
          <div className={styles.grid}>
            <StateCard directory={directory} />
            <ConfigCard directory={directory} />
            <TestCard />
            <GroupsCard />
          </div>
        </>
      )}
    </>
  )
}
