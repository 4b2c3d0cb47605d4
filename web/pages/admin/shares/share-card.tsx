import { ActionIcon, Button, Tooltip } from '@mantine/core'
import {
  IconListSearch,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconTrash,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Share } from '../../../api-types.ts'
import { useFormat } from '../../../parts/format.ts'
import { Notice } from '../../../parts/notice.tsx'
import { booksQuery } from '../../library/queries.ts'
import { placeOfChapter } from '../../library/rights.ts'
import adminClasses from '../admin.module.css'
import { ShareState } from './share-state.tsx'
import classes from './shares.module.css'
import { useShareActions } from './use-share-actions.ts'

interface Props {
  share: Share
  onEdit: () => void
  onEntries: () => void
}

/** One watched folder: where it leads, how it is, and what needs somebody. */
export function ShareCard({ share, onEdit, onEntries }: Props) {
  const { t } = useTranslation()
  const books = useQuery(booksQuery).data ?? []
  const place = placeOfChapter(books, share.chapter_id)
  return (
    <li className={adminClasses.card}>
      <div className={classes.head}>
        <div className={classes.words}>
          <h2 className={classes.name}>
            <Link
              to="/admin/$section"
              params={{ section: 'shares' }}
              search={{ id: share.id }}
              className={classes.open}
              aria-label={t('shares.open', { name: share.name })}
            >
              {share.name}
            </Link>
            <ShareState share={share} />
          </h2>
          <p className={classes.path}>{share.path}</p>
          {place && (
            <p className={classes.into}>
              {t('admin.shares.into', { place: `${place.book.name} › ${place.chapter.name}` })}
            </p>
          )}
        </div>
        <Actions share={share} onEdit={onEdit} onEntries={onEntries} />
      </div>
      <Figures share={share} />
      {share.status?.error && (
        <div className={classes.error}>
          <Notice tone="bad" title={t('admin.shares.trouble')}>
            {share.status.error}
          </Notice>
        </div>
      )}
    </li>
  )
}

function Figures({ share: { status } }: { share: Share }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (!status) return null
  const { last_scan_at: scannedAt } = status
  return (
    <dl className={classes.figures}>
      <div>
        <dt>{t('admin.shares.last_scan')}</dt>
        <dd>{scannedAt === null ? t('admin.shares.never') : format.ago(scannedAt)}</dd>
      </div>
      <div>
        <dt>{t('admin.shares.files')}</dt>
        <dd>{format.number(status.files)}</dd>
      </div>
      <div>
        <dt>{t('admin.shares.pending')}</dt>
        <dd>{format.number(status.pending)}</dd>
      </div>
      <div data-bad={status.failed > 0 || undefined}>
        <dt>{t('admin.shares.failed')}</dt>
        <dd>{format.number(status.failed)}</dd>
      </div>
      <div data-warn={status.missing > 0 || undefined}>
        <dt>{t('admin.shares.missing')}</dt>
        <dd>{format.number(status.missing)}</dd>
      </div>
    </dl>
  )
}

function Actions({ share, onEdit, onEntries }: Props) {
  const { t } = useTranslation()
  const { setEnabled, remove } = useShareActions(share)
  const { name, enabled } = share
  const icon = (label: string, shape: React.ReactNode, onClick: () => void) => (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={onClick}>
        {shape}
      </ActionIcon>
    </Tooltip>
  )
  return (
    <div className={classes.actions}>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconListSearch size={14} />}
        aria-label={t('admin.shares.problems_of', { name })}
        onClick={onEntries}
      >
        {t('admin.shares.problems')}
      </Button>
      {icon(
        t(enabled ? 'admin.shares.pause' : 'admin.shares.resume', { name }),
        enabled ? <IconPlayerPause size={16} /> : <IconPlayerPlay size={16} />,
        () => setEnabled.mutate(!enabled),
      )}
      {icon(t('admin.shares.edit', { name }), <IconPencil size={16} />, onEdit)}
      {icon(t('admin.shares.remove', { name }), <IconTrash size={16} />, () => void remove())}
    </div>
  )
}
