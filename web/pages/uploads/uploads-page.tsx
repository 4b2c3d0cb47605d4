import { Button } from '@mantine/core'
import { IconFolderPlus, IconPlayerPause, IconPlayerPlay, IconUpload } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../parts/page-header.tsx'
import { admitted } from '../../upload/ask-doubtful.tsx'
import type { PickedFile } from '../../upload/item.ts'
import { PickFiles } from '../../upload/pick-files.tsx'
import type { UploadQueue } from '../../upload/queue.ts'
import { useDrop } from '../../upload/use-drop.ts'
import { useQueue } from '../../upload/use-queue.ts'
import { UnreadSummary } from '../activity/unread/unread-summary.tsx'
import { Attention } from './attention.tsx'
import { DestinationSelect } from './destination.tsx'
import { EndedUploads } from './ended-uploads.tsx'
import { Totals } from './totals.tsx'
import { type Filter, UploadList } from './upload-list.tsx'
import classes from './uploads.module.css'
import { useDestination } from './use-destination.ts'

/** Everything on its way in, and the place to add more. */
export function UploadsPage() {
  const { t } = useTranslation()
  const queue = useQueue()
  const { destination, place, choose } = useDestination()
  const [filter, setFilter] = useState<Filter>('all')
  const add = (files: PickedFile[]) => {
    if (!destination || !place) return
    const { book, chapter } = place
    void admitted(book, files).then((taken) => {
      if (taken.length > 0) void queue.add(taken, destination, chapter.on_conflict ?? 'ask')
    })
  }
  const { over, found, handlers } = useDrop(add, destination !== undefined)
  const invitation = t(over ? 'uploads.drop_now' : 'uploads.drop')
  return (
    <div className={classes.page} {...handlers}>
      <PageHeader
        title={t('nav.uploads')}
        subtitle={t('uploads.subtitle')}
        actions={<Actions queue={queue} disabled={!destination} onPick={add} />}
      />
      <div className={classes.drop} data-over={over || undefined}>
        <IconUpload size={20} stroke={1.5} aria-hidden />
        {found === undefined ? invitation : t('uploads.found', { count: found })}
      </div>
      <div className={classes.bar}>
        <Totals queue={queue} />
        <DestinationSelect chapterId={destination?.chapterId} onChange={choose} />
      </div>
      {destination?.chapterId && <UnreadSummary of={{ chapter: destination.chapterId }} mayRetry />}
      <EndedUploads queue={queue} />
      <UploadList queue={queue} filter={filter} onFilter={setFilter} />
      <Attention queue={queue} onShow={() => setFilter('failed')} />
    </div>
  )
}

interface ActionsProps {
  queue: UploadQueue
  disabled: boolean
  onPick: (files: PickedFile[]) => void
}

function Actions({ queue, disabled, onPick }: ActionsProps) {
  const { t } = useTranslation()
  const paused = queue.paused !== undefined
  return (
    <>
      <Button
        variant="default"
        leftSection={paused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
        disabled={!paused && !queue.busy}
        onClick={() => (paused ? queue.resumeAll() : queue.pauseAll())}
      >
        {t(paused ? 'uploads.resume_all' : 'uploads.pause_all')}
      </Button>
      <PickFiles folder onPick={onPick}>
        {(open) => (
          <Button
            variant="default"
            leftSection={<IconFolderPlus size={16} />}
            disabled={disabled}
            onClick={open}
          >
            {t('uploads.add_folder')}
          </Button>
        )}
      </PickFiles>
      <PickFiles onPick={onPick}>
        {(open) => (
          <Button leftSection={<IconUpload size={16} />} disabled={disabled} onClick={open}>
            {t('uploads.add_files')}
          </Button>
        )}
      </PickFiles>
    </>
  )
}
