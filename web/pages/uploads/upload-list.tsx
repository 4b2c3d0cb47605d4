import { Button, SegmentedControl } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconUpload } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../../parts/empty-state.tsx'
import { VirtualList } from '../../parts/virtual-list.tsx'
import { useRowHeight } from '../../preferences.ts'
import type { UploadItem } from '../../upload/item.ts'
import type { UploadQueue } from '../../upload/queue.ts'
import { UploadRow } from './upload-row.tsx'
import classes from './uploads.module.css'

export type Filter = 'all' | 'active' | 'stored' | 'failed'

const FILTERS: readonly Filter[] = ['all', 'active', 'stored', 'failed']
/** On a phone a row has two lines. */
const PHONE_ROW = 64

const fits = (item: UploadItem, filter: Filter): boolean => {
  if (filter === 'all') return true
  if (filter === 'stored' || filter === 'failed') return item.state === filter
  return item.state !== 'stored' && item.state !== 'failed'
}

interface Props {
  queue: UploadQueue
  filter: Filter
  onFilter: (filter: Filter) => void
}

/** The queue itself: filters, and only the rows in sight, however many there are. */
export function UploadList({ queue, filter, onFilter }: Props) {
  const { t } = useTranslation()
  const onPhone = useMediaQuery('(max-width: 48em)')
  const rowHeight = useRowHeight()
  const items = filter === 'all' ? queue.items : queue.items.filter((item) => fits(item, filter))
  return (
    <section className={classes.card} aria-label={t('uploads.list')}>
      <div className={classes.cardHead}>
        <SegmentedControl
          aria-label={t('uploads.filter.label')}
          value={filter}
          onChange={(value) => onFilter(value as Filter)}
          data={FILTERS.map((value) => ({ value, label: t(`uploads.filter.${value}`) }))}
        />
        <span className={`of-num ${classes.count}`}>
          {t('uploads.files', { count: items.length })}
        </span>
        {queue.tally.counts.stored > 0 && (
          <Button size="compact-sm" variant="default" onClick={() => queue.removeFinished()}>
            {t('uploads.remove_finished')}
          </Button>
        )}
      </div>
      <div className={classes.body}>
        {items.length === 0 ? (
          <Nothing all={queue.tally.files === 0} />
        ) : (
          <VirtualList
            items={items}
            keyOf={(item) => item.id}
            rowHeight={onPhone ? PHONE_ROW : rowHeight}
            label={t('uploads.list')}
            renderRow={(item) => <UploadRow queue={queue} item={item} />}
          />
        )}
      </div>
    </section>
  )
}

function Nothing({ all }: { all: boolean }) {
  const { t } = useTranslation()
  return (
    <EmptyState
      icon={<IconUpload size={26} stroke={1.5} />}
      title={t(all ? 'uploads.empty' : 'uploads.empty_filter')}
    >
      {all && <p>{t('uploads.empty_text')}</p>}
    </EmptyState>
  )
}
