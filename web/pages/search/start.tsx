import { Button, Skeleton } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../api.ts'
import type { DocumentRow } from '../../api-types.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorNotice } from '../../parts/error-notice.tsx'
import { FileIcon } from '../../parts/file-icon.tsx'
import { useFormat } from '../../parts/format.ts'
import classes from './start.module.css'

const RECENT = 8

/** Before the first word is typed: what changed last, or how to begin. */
export function StartPage() {
  const { t } = useTranslation()
  const recent = useQuery({
    queryKey: ['documents', 'recent'],
    queryFn: () =>
      answer(
        api.GET('/api/v1/documents', {
          params: { query: { sort: 'updated', order: 'desc', limit: RECENT } },
        }),
      ),
  })
  if (recent.isPending) return <Skeleton height={240} mt={24} aria-hidden />
  if (recent.isError) {
    return <ErrorNotice error={recent.error} onRetry={() => void recent.refetch()} />
  }
  if (recent.data.items.length === 0) return <NothingYet />
  return (
    <section className={classes.recent} aria-labelledby="recent">
      <h2 id="recent" className={classes.title}>
        {t('search.recent')}
      </h2>
      <ul className={classes.list}>
        {recent.data.items.map((document) => (
          <Recent key={document.id} document={document} />
        ))}
      </ul>
    </section>
  )
}

function Recent({ document }: { document: DocumentRow }) {
  const format = useFormat()
  return (
    <li className={classes.row}>
      <FileIcon kind={document.current_version.kind} />
      <Link
        to="/file/$documentId"
        params={{ documentId: document.id }}
        className={classes.name}
        title={document.name}
      >
        {document.name}
      </Link>
      <span className={classes.place}>
        {document.book.name} › {document.chapter.name}
      </span>
      <time className={classes.when} dateTime={new Date(document.updated_at).toISOString()}>
        {format.ago(document.updated_at)}
      </time>
    </li>
  )
}

function NothingYet() {
  const { t } = useTranslation()
  return (
    <EmptyState
      icon={<IconUpload size={26} stroke={1.5} />}
      title={t('search.empty')}
      action={
        <Button component={Link} to="/uploads">
          {t('search.empty_do')}
        </Button>
      }
    >
      <p>{t('search.empty_how')}</p>
    </EmptyState>
  )
}
