import { Button, Drawer, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Share, ShareEntry } from '../../../api-types.ts'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { useFormat } from '../../../parts/format.ts'
import { ENTRY_STATES, type EntryState, entriesQuery } from './queries.ts'
import classes from './shares.module.css'

/** Files of a watched folder that were not taken, and why; and those that are gone from it. */
export function EntriesDrawer({ share, onClose }: { share: Share; onClose: () => void }) {
  const { t } = useTranslation()
  const [state, setState] = useState<EntryState>('failed')
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={t('admin.shares.problems_of', { name: share.name })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack gap="md">
        <SegmentedControl
          aria-label={t('activity.show')}
          value={state}
          onChange={(value) => setState(value as EntryState)}
          data={ENTRY_STATES.map((value) => ({
            value,
            label: t(`admin.shares.entry.${value}`),
          }))}
        />
        <Text size="sm" c="dimmed">
          {t(`admin.shares.entry_hint.${state}`)}
        </Text>
        <Entries key={state} share={share} state={state} />
      </Stack>
    </Drawer>
  )
}

function Entries({ share, state }: { share: Share; state: EntryState }) {
  const { t } = useTranslation()
  const entries = useInfiniteQuery(entriesQuery(share.id, state))
  if (entries.isError) {
    return <ErrorNotice error={entries.error} onRetry={() => void entries.refetch()} />
  }
  if (!entries.data) return <Skeleton height={80} />
  const items = entries.data.pages.flatMap((page) => page.items)
  if (items.length === 0) return <Text size="sm">{t('admin.shares.entry_none')}</Text>
  return (
    <>
      <ul className={classes.entries}>
        {items.map((entry) => (
          <Entry key={entry.path} entry={entry} />
        ))}
      </ul>
      {entries.hasNextPage && (
        <Button
          variant="default"
          loading={entries.isFetchingNextPage}
          onClick={() => void entries.fetchNextPage()}
        >
          {t('common.more')}
        </Button>
      )}
    </>
  )
}

function Entry({ entry }: { entry: ShareEntry }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <li className={classes.entry}>
      <p className="of-mono">
        {entry.document_id ? (
          <Link to="/file/$documentId" params={{ documentId: entry.document_id }}>
            {entry.path}
          </Link>
        ) : (
          entry.path
        )}
      </p>
      {entry.message && <p>{entry.message}</p>}
      <p className={classes.reason}>
        {t('admin.shares.entry_meta', {
          size: format.bytes(entry.size_bytes),
          count: entry.attempts,
          ago: format.ago(entry.updated_at),
        })}
      </p>
    </li>
  )
}
