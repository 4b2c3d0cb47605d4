import { Button, Skeleton } from '@mantine/core'
import { IconFolderPlus, IconFolderSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Share } from '../../../api-types.ts'
import { EmptyState } from '../../../parts/empty-state.tsx'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { PageHeader } from '../../../parts/page-header.tsx'
import { EntriesDrawer } from './entries-drawer.tsx'
import { sharesQuery } from './queries.ts'
import { ShareCard } from './share-card.tsx'
import { ShareForm } from './share-form.tsx'
import { SharePage } from './share-page.tsx'
import classes from './shares.module.css'

/** Watched folders, or the one that the address names. */
export function SharesSection() {
  const { id } = useSearch({ from: '/app/admin/$section' })
  return id === undefined ? <ShareList /> : <SharePage id={id} />
}

/** What feeds Onefold from the drives people use anyway. */
function ShareList() {
  const { t } = useTranslation()
  const shares = useQuery(sharesQuery)
  const [editing, setEditing] = useState<Share | 'new'>()
  const [entries, setEntries] = useState<Share>()
  const add = (
    <Button leftSection={<IconFolderPlus size={16} />} onClick={() => setEditing('new')}>
      {t('admin.shares.add')}
    </Button>
  )
  return (
    <>
      <PageHeader
        title={t('admin.shares.title')}
        subtitle={t('admin.shares.subtitle')}
        actions={add}
      />
      {shares.isError && <ErrorNotice error={shares.error} onRetry={() => void shares.refetch()} />}
      {shares.isPending && <Skeleton height={140} />}
      {shares.data?.length === 0 && (
        <EmptyState
          icon={<IconFolderSearch size={26} stroke={1.5} />}
          title={t('admin.shares.none')}
        >
          {t('admin.shares.none_text')}
        </EmptyState>
      )}
      {shares.data && (
        <ul className={classes.list} aria-label={t('admin.shares.title')}>
          {shares.data.map((share) => (
            <ShareCard
              key={share.id}
              share={share}
              onEdit={() => setEditing(share)}
              onEntries={() => setEntries(share)}
            />
          ))}
        </ul>
      )}
      {editing && (
        <ShareForm
          {...(editing !== 'new' && { share: editing })}
          onClose={() => setEditing(undefined)}
        />
      )}
      {entries && <EntriesDrawer share={entries} onClose={() => setEntries(undefined)} />}
    </>
  )
}
