import { Skeleton } from '@mantine/core'
import { IconGitCompare } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../../api.ts'
import type { DocumentFull } from '../../../api-types.ts'
import { Crumbs } from '../../../parts/crumbs.tsx'
import { EmptyState } from '../../../parts/empty-state.tsx'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { PageHeader } from '../../../parts/page-header.tsx'
import { PageMissing } from '../../../shell/page-error.tsx'
import { documentQuery, historyQuery } from '../queries.ts'
import classes from './compare.module.css'
import { CompareView } from './compare-view.tsx'
import { OtherFile } from './other-file.tsx'
import { Picker } from './picker.tsx'
import type { HistoryEntry } from './types.ts'

const WHERE = '/app/file/$documentId/compare'

/** Two versions of a file held against each other. */
export function ComparePage() {
  const { documentId } = useParams({ from: WHERE })
  const document = useQuery(documentQuery(documentId))
  const history = useInfiniteQuery(historyQuery(documentId))
  for (const { isError, error, refetch } of [document, history]) {
    if (!isError) continue
    if (error instanceof ApiError && error.status === 404) return <PageMissing />
    return <ErrorNotice error={error} onRetry={() => void refetch()} />
  }
  if (!document.data || !history.data) return <Skeleton height={560} />
  const versions = history.data.pages.flatMap((page) => page.items)
  return <Loaded document={document.data} versions={versions} />
}

function Loaded(props: { document: DocumentFull; versions: readonly HistoryEntry[] }) {
  const { document, versions } = props
  const { t } = useTranslation()
  const place = useSearch({ from: WHERE })
  const to = place.to ?? document.current_version.id
  const title = t(place.with === undefined ? 'compare.title' : 'compare.title_files')
  const older = versions[versions.findIndex(({ id }) => id === to) + 1] ?? versions[1]
  const from = place.from ?? older?.id
  return (
    <div className={classes.page}>
      <PageHeader
        title={title}
        above={
          <Crumbs
            items={[{ label: document.name, to: `/file/${document.id}` }, { label: title }]}
          />
        }
      />
      {from === undefined ? (
        <EmptyState icon={<IconGitCompare size={26} stroke={1.5} />} title={t('compare.only_one')}>
          <p>{t('compare.only_one_hint')}</p>
        </EmptyState>
      ) : (
        <>
          {place.with === undefined ? (
            <Picker versions={versions} from={from} to={to} />
          ) : (
            <OtherFile document={document} otherId={place.with} />
          )}
          <CompareView
            key={`${from} ${to}`}
            document={document}
            pair={{ documentId: document.id, from, to }}
            place={place}
          />
        </>
      )}
    </div>
  )
}
