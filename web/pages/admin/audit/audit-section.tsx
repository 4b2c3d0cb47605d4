import { Button, Collapse, Menu, Skeleton } from '@mantine/core'
import { useDebouncedValue, useDisclosure, useMediaQuery } from '@mantine/hooks'
import { IconDownload, IconFilter, IconSearch } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AuditRow } from '../../../api-types.ts'
import { EmptyState } from '../../../parts/empty-state.tsx'
import { ErrorNotice } from '../../../parts/error-notice.tsx'
import { PageHeader } from '../../../parts/page-header.tsx'
import { VirtualList } from '../../../parts/virtual-list.tsx'
import { useRowHeight } from '../../../preferences.ts'
import classes from '../admin.module.css'
import styles from './audit.module.css'
import { AuditFilter } from './audit-filter.tsx'
import { AuditLine } from './audit-line.tsx'
import { ChainCard } from './chain-card.tsx'
import { type AuditWish, auditQuery, exportAddress } from './queries.ts'

const TWO_LINES = 60
/** Who types is not asked for after every letter, in milliseconds. */
const PAUSE_MS = 300

/** Who did what, newest first, and whether that is still what was written down. */
export function AuditSection() {
  const { t } = useTranslation()
  const [wish, setWish] = useState<AuditWish>({})
  const [asked] = useDebouncedValue(wish, PAUSE_MS)
  const [isOpen, filter] = useDisclosure(false)
  const count = Object.keys(wish).length
  return (
    <>
      <PageHeader
        title={t('admin.audit.title')}
        subtitle={t('admin.audit.subtitle')}
        actions={
          <>
            <Button
              variant="default"
              leftSection={<IconFilter size={16} aria-hidden />}
              aria-expanded={isOpen}
              onClick={filter.toggle}
            >
              {t('audit.filter')}
              {count > 0 && ` (${count})`}
            </Button>
            <Export wish={wish} />
          </>
        }
      />
      <ChainCard />
      <Collapse expanded={isOpen}>
        <AuditFilter wish={wish} onChange={setWish} />
      </Collapse>
      <Entries wish={asked} />
    </>
  )
}

function Export({ wish }: { wish: AuditWish }) {
  const { t } = useTranslation()
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />}>
          {t('audit.export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={exportAddress(wish, 'jsonl')} download>
          {t('audit.export_proof')}
        </Menu.Item>
        <Menu.Item component="a" href={exportAddress(wish, 'csv')} download>
          {t('audit.export_table')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function Entries({ wish }: { wish: AuditWish }) {
  const { t } = useTranslation()
  const audit = useInfiniteQuery({ ...auditQuery(wish), placeholderData: keepPreviousData })
  if (audit.isError) return <ErrorNotice error={audit.error} onRetry={() => void audit.refetch()} />
  if (audit.isPending) return <Skeleton height={200} />
  const items = audit.data.pages.flatMap((page) => page.items)
  if (items.length === 0) {
    return (
      <EmptyState icon={<IconSearch size={24} />} title={t('audit.none')}>
        {t('audit.none_hint')}
      </EmptyState>
    )
  }
  const more = audit.hasNextPage && !audit.isFetchingNextPage ? audit.fetchNextPage : undefined
  return <List items={items} more={more} />
}

function List({ items, more }: { items: AuditRow[]; more: (() => unknown) | undefined }) {
  const { t } = useTranslation()
  const narrow = useMediaQuery('(max-width: 62em)')
  const rowHeight = useRowHeight()
  const onNearEnd = useCallback(() => void more?.(), [more])
  return (
    <section className={classes.list} aria-label={t('admin.audit.title')}>
      <div className={styles.columns} aria-hidden>
        <span>{t('admin.audit.at')}</span>
        <span>{t('admin.audit.who')}</span>
        <span>{t('admin.audit.what')}</span>
        <span>{t('admin.audit.to')}</span>
        <span>{t('audit.by')}</span>
        <span />
      </div>
      <div className={classes.listBody}>
        <VirtualList
          items={items}
          keyOf={(entry) => String(entry.id)}
          rowHeight={narrow ? TWO_LINES : rowHeight}
          label={t('admin.audit.title')}
          onNearEnd={onNearEnd}
          renderRow={(entry) => <AuditLine entry={entry} />}
        />
      </div>
    </section>
  )
}
