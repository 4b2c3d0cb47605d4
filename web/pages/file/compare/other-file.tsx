import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { DocumentFull } from '../../../api-types.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { documentQuery } from '../queries.ts'
import classes from './compare.module.css'

/** Which two files are compared, where it is not two versions of one. */
export function OtherFile({ document, otherId }: { document: DocumentFull; otherId: string }) {
  const { t } = useTranslation()
  const other = useQuery(documentQuery(otherId))
  if (other.isError) {
    return <ErrorNotice error={other.error} onRetry={() => void other.refetch()} />
  }
  if (!other.data) return <Skeleton height={24} />
  const files = [
    { label: t('compare.from'), file: other.data },
    { label: t('compare.to'), file: document },
  ]
  return (
    <dl className={classes.files}>
      {files.map(({ label, file }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <Link to="/file/$documentId" params={{ documentId: file.id }}>
              {file.name}
            </Link>
          </dd>
        </div>
      ))}
    </dl>
  )
}
