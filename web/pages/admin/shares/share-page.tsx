import { Button, Skeleton } from '@mantine/core'
import { IconFolderOff, IconPencil, IconRefresh, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Share } from '../../../api-types.ts'
import { EmptyState } from '../../../parts/empty-state.tsx'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { PageHeader } from '../../../parts/page-header.tsx'
import { UnreadSummary } from '../../activity/unread/unread-summary.tsx'
import { DryRunCard } from './dry-run-card.tsx'
import { EntriesDrawer } from './entries-drawer.tsx'
import { FrozenNotice } from './frozen-notice.tsx'
import { ProbeCard } from './probe-card.tsx'
import { sharesQuery } from './queries.ts'
import { ShareForm } from './share-form.tsx'
import { ShareRulesCard } from './share-rules-card.tsx'
import { ShareStateCard } from './share-state-card.tsx'
import classes from './shares.module.css'
import { useShareActions } from './use-share-actions.ts'

const LIST = { to: '/admin/$section', params: { section: 'shares' }, search: {} } as const

/** One watched folder: its rules, how it is, and what can be asked of it. */
export function SharePage({ id }: { id: string }) {
  const { t } = useTranslation()
  const shares = useQuery(sharesQuery)
  if (shares.isError) {
    return <ErrorNotice error={shares.error} onRetry={() => void shares.refetch()} />
  }
  if (!shares.data) return <Skeleton height={240} />
  const share = shares.data.find((each) => each.id === id)
  if (share) return <Content share={share} />
  return (
    <EmptyState icon={<IconFolderOff size={26} stroke={1.5} />} title={t('shares.absent')}>
      {t('shares.absent_text')} <Link {...LIST}>{t('shares.back')}</Link>
    </EmptyState>
  )
}

function Content({ share }: { share: Share }) {
  const { t } = useTranslation()
  const [isEditing, setEditing] = useState(false)
  const [isListing, setListing] = useState(false)
  return (
    <>
      <PageHeader
        above={<Link {...LIST}>{t('shares.back')}</Link>}
        title={share.name}
        subtitle={<span className="of-mono">{share.path}</span>}
        actions={<Actions share={share} onEdit={() => setEditing(true)} />}
      />
      <div className={classes.list}>
        <FrozenNotice share={share} />
        <UnreadSummary of={{ share: share.id }} mayRetry always />
        <ShareStateCard share={share} onEntries={() => setListing(true)} />
        <ShareRulesCard share={share} />
        <DryRunCard share={share} />
        <ProbeCard path={share.path} />
      </div>
      {isEditing && <ShareForm share={share} onClose={() => setEditing(false)} />}
      {isListing && <EntriesDrawer share={share} onClose={() => setListing(false)} />}
    </>
  )
}

function Actions({ share, onEdit }: { share: Share; onEdit: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { setEnabled, remove, scan } = useShareActions(share)
  const letGo = async () => {
    if (await remove()) void navigate(LIST)
  }
  return (
    <>
      <Button
        leftSection={<IconRefresh size={16} />}
        disabled={!share.enabled}
        onClick={() => void scan()}
      >
        {t('shares.scan_now')}
      </Button>
      <Button variant="default" leftSection={<IconPencil size={16} />} onClick={onEdit}>
        {t('admin.shares.edit', { name: share.name })}
      </Button>
      <Button variant="default" onClick={() => setEnabled.mutate(!share.enabled)}>
        {t(share.enabled ? 'admin.shares.pause' : 'admin.shares.resume', { name: share.name })}
      </Button>
      <Button variant="default" leftSection={<IconTrash size={16} />} onClick={() => void letGo()}>
        {t('admin.shares.remove', { name: share.name })}
      </Button>
    </>
  )
}
