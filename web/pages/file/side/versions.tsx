import { ActionIcon, Button, Skeleton, Tooltip } from '@mantine/core'
import { IconDownload, IconGitCompare, IconHistory } from '@tabler/icons-react'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { DocumentFull } from '../../../api-types.ts'
import { confirm } from '../../../parts/confirm.tsx'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { LoadMore } from '../../../parts/load-more.tsx'
import { toast } from '../../../parts/toast.tsx'
import { may } from '../../library/rights.ts'
import type { HistoryEntry } from '../compare/types.ts'
import { contentAddress, historyQuery } from '../queries.ts'
import classes from './side.module.css'
import { VersionFacts } from './version-facts.tsx'

/** Every state the file has been in. An older one becomes current by a new version of it. */
export function Versions({ document }: { document: DocumentFull }) {
  const versions = useInfiniteQuery(historyQuery(document.id))
  const restore = useRestore(document)
  if (versions.isPending) return <Skeleton height={120} />
  if (versions.isError) {
    return <ErrorNotice error={versions.error} onRetry={() => void versions.refetch()} />
  }
  const all = versions.data.pages.flatMap((page) => page.items)
  return (
    <>
      <ol className={classes.versions}>
        {all.map((version, index) => (
          <VersionRow
            key={version.id}
            document={document}
            version={version}
            older={all[index + 1]}
            onRestore={() => void restore.ask(version)}
          />
        ))}
      </ol>
      {versions.hasNextPage && (
        <LoadMore
          loading={versions.isFetchingNextPage}
          onMore={() => void (versions.isFetchingNextPage || versions.fetchNextPage())}
        />
      )}
    </>
  )
}

type CompareProps = Omit<RowProps, 'onRestore'> & { current: boolean }

interface RowProps {
  document: DocumentFull
  version: HistoryEntry
  /** The version before it, where there is one. */
  older: HistoryEntry | undefined
  onRestore: () => void
}

function VersionRow({ document, version, older, onRestore }: RowProps) {
  const { t } = useTranslation()
  const current = version.id === document.current_version.id
  const download = t('file.versions.download', { number: version.number })
  return (
    <li className={classes.version}>
      <div className={classes.versionHead}>
        <Link
          to="/file/$documentId"
          params={{ documentId: document.id }}
          search={{ tab: 'versions', ...(!current && { version: version.id }) }}
          className={classes.versionName}
        >
          {t('file.version', { number: version.number })}
        </Link>
        {current && <span className={classes.current}>{t('file.versions.current')}</span>}
        <Tooltip label={download}>
          <ActionIcon
            component="a"
            href={contentAddress(version.id, false)}
            download
            variant="subtle"
            color="gray"
            ml="auto"
            aria-label={download}
          >
            <IconDownload size={16} stroke={1.5} />
          </ActionIcon>
        </Tooltip>
      </div>
      <VersionFacts version={version} older={older} />
      <div className={classes.versionActions}>
        {!current && may(document.role, 'contributor') && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconHistory size={14} />}
            onClick={onRestore}
          >
            {t('file.versions.restore')}
          </Button>
        )}
        {(older || !current) && (
          <CompareLink document={document} version={version} older={older} current={current} />
        )}
      </div>
    </li>
  )
}

/** With the version before it, or, of an older one, with the current one. */
function CompareLink({ document, version, older, current }: CompareProps) {
  const { t } = useTranslation()
  const [from, to] = current && older ? [older, version] : [version, document.current_version]
  const other = current ? from : to
  return (
    <Link
      to="/file/$documentId/compare"
      params={{ documentId: document.id }}
      search={{ from: from.id, to: to.id }}
      className={classes.compare}
    >
      <IconGitCompare size={14} stroke={1.5} aria-hidden />
      {t('file.versions.compare', { number: other.number })}
    </Link>
  )
}

function useRestore(document: DocumentFull) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const before = document.current_version.id
  const restore = useMutation({
    mutationFn: (versionId: string) =>
      answer(api.POST('/api/v1/versions/{id}/restore', { params: { path: { id: versionId } } })),
    onError: toast.failed,
    onSettled: () =>
      Promise.all(
        [['document', document.id], ['documents']].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  })
  const ask = async (version: HistoryEntry) => {
    const sure = await confirm({
      title: t('file.versions.ask', { number: version.number }),
      body: t('file.versions.ask_body'),
      confirm: t('file.versions.restore'),
    })
    if (!sure) return
    restore.mutate(version.id, {
      onSuccess: () =>
        toast.undoable(t('file.versions.restored', { number: version.number }), () =>
          restore.mutate(before),
        ),
    })
  }
  return { ask }
}
