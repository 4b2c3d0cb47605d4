import { ActionIcon, Button, Skeleton, Tooltip } from '@mantine/core'
import { IconDownload, IconHistory } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { answer, api } from '../../../api.ts'
import type { DocumentFull, Version } from '../../../api-types.ts'
import { confirm } from '../../../parts/confirm.tsx'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { useFormat } from '../../../parts/format.ts'
import { toast } from '../../../parts/toast.tsx'
import { may } from '../../library/rights.ts'
import { contentAddress, versionsQuery } from '../queries.ts'
import classes from './side.module.css'

/** Every state the file has been in. An older one becomes current by a new version of it. */
export function Versions({ document }: { document: DocumentFull }) {
  const versions = useQuery(versionsQuery(document.id))
  const restore = useRestore(document)
  if (versions.isPending) return <Skeleton height={120} />
  if (versions.isError) {
    return <ErrorNotice error={versions.error} onRetry={() => void versions.refetch()} />
  }
  return (
    <ol className={classes.versions}>
      {versions.data.map((version) => (
        <VersionRow
          key={version.id}
          document={document}
          version={version}
          onRestore={() => void restore.ask(version)}
        />
      ))}
    </ol>
  )
}

interface RowProps {
  document: DocumentFull
  version: Version
  onRestore: () => void
}

function VersionRow({ document, version, onRestore }: RowProps) {
  const { t } = useTranslation()
  const format = useFormat()
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
      <p className={classes.quiet}>
        {format.dateTime(version.created_at)} · {version.created_by.name}
        <br />
        {format.bytes(version.size_bytes)} · {t(`file.door.${version.door}`)}
      </p>
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
    </li>
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
  const ask = async (version: Version) => {
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
