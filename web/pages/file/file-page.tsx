import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api.ts'
import type { DocumentFull } from '../../api-types.ts'
import { ErrorNotice } from '../../parts/error-notice.tsx'
import { PageMissing } from '../../shell/page-error.tsx'
import classes from './file.module.css'
import { FileHead } from './file-head.tsx'
import { FileView } from './file-view.tsx'
import { OldVersionNotice } from './old-version.tsx'
import type { FileSearch } from './place.ts'
import { documentQuery, versionQuery } from './queries.ts'
import { FileSide } from './side/file-side.tsx'
import { TrashedNotice } from './trashed.tsx'

export function FilePage() {
  const { documentId } = useParams({ from: '/app/file/$documentId' })
  const place = useSearch({ from: '/app/file/$documentId' })
  const document = useQuery(documentQuery(documentId))
  if (document.isPending) return <Waiting />
  if (document.isError) {
    const gone = document.error instanceof ApiError && document.error.status === 404
    return gone ? (
      <PageMissing />
    ) : (
      <div>
        <ErrorNotice error={document.error} onRetry={() => void document.refetch()} />
      </div>
    )
  }
  return <Loaded document={document.data} place={place} />
}

function Loaded({ document, place }: { document: DocumentFull; place: FileSearch }) {
  const shown = useShownVersion(document, place.version)
  if (shown === 'missing') return <PageMissing />
  if (!shown) return <Waiting />
  return (
    <div className={classes.page}>
      <FileHead document={document} shown={shown} view={place.view} />
      {document.trashed_at !== null && <TrashedNotice document={document} />}
      {shown.id !== document.current_version.id && (
        <OldVersionNotice document={document} shown={shown} />
      )}
      <div className={classes.body}>
        <FileView document={document} shown={shown} place={place} />
        <FileSide document={document} tab={place.tab ?? 'details'} />
      </div>
    </div>
  )
}

/** The version the address names, else the current one. */
function useShownVersion(document: DocumentFull, wanted: string | undefined) {
  const current = document.current_version
  const isCurrent = wanted === undefined || wanted === current.id
  const version = useQuery({ ...versionQuery(document.id, wanted ?? ''), enabled: !isCurrent })
  if (isCurrent) return current
  if (version.isPending) return undefined
  return version.data?.document_id === document.id ? version.data : 'missing'
}

function Waiting() {
  const { t } = useTranslation()
  return (
    <div className={classes.page} role="status" aria-label={t('common.loading')}>
      <Skeleton height={16} width={240} />
      <Skeleton height={30} width={420} maw="100%" mt={8} />
      <Skeleton height={560} mt={24} />
    </div>
  )
}
