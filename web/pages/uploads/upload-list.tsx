import { Button, SegmentedControl } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconUpload } from '@tabler/icons-react'
import i18next from 'i18next'
import { useDeferredValue } from 'react'
import { useTranslation } from 'react-i18next'
import { confirm } from '../../parts/confirm.tsx'
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
  // The rows come after the page they stand on, and never hold up what the reader does next.
  const isTime = useDeferredValue(true, false)
  const items = filter === 'all' ? queue.items : queue.items.filter((item) => fits(item, filter))
  const left = queue.tally.files - queue.tally.counts.stored
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
        {left > 0 && (
          <Button size="compact-sm" variant="default" onClick={() => void cancelAll(queue)}>
            {t('uploads.cancel_all.button')}
          </Button>
        )}
        {queue.tally.counts.stored > 0 && (
          <Button size="compact-sm" variant="default" onClick={() => queue.removeFinished()}>
            {t('uploads.remove_finished')}
          </Button>
        )}
      </div>
      <div className={classes.body}>
        {!isTime ? null : items.length === 0 ? (
          <Nothing all={queue.tally.files === 0} />
        ) : (
          <VirtualList
            items={items}
            keyOf={(item) => item.id}
            rowHeight={onPhone ? PHONE_ROW : rowHeight}
            label={t('uploads.list')}
            renderRow={(item) => (
              <UploadRow
                queue={queue}
                item={item}
                revision={queue.revisionOf(item)}
                held={queue.paused !== undefined}
              />
            )}
          />
        )}
      </div>
    </section>
  )
}

async function cancelAll(queue: UploadQueue): Promise<void> {
  const { files, counts } = queue.tally
  const sure = await confirm({
    title: i18next.t('uploads.cancel_all.title'),
    body: i18next.t('uploads.cancel_all.text', { count: files - counts.stored }),
    confirm: i18next.t('uploads.cancel_all.do'),
    danger: true,
  })
  if (sure) queue.cancelAll()
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
