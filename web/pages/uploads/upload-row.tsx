import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { FileIcon } from '../../parts/file-icon.tsx'
import { useFormat } from '../../parts/format.ts'
import type { UploadItem } from '../../upload/item.ts'
import { kindOfName } from '../../upload/kind-of-name.ts'
import type { UploadQueue } from '../../upload/queue.ts'
import { RowActions } from './row-actions.tsx'
import { RowStatus } from './row-status.tsx'
import classes from './uploads.module.css'

interface Props {
  queue: UploadQueue
  item: UploadItem
  /** The queue changes items in place: this says whether it did. */
  revision: number
  /** Nothing of the queue moves at present. */
  held: boolean
}

/** One file of the queue, drawn again only when it changed. */
export const UploadRow = memo(function UploadRow({ queue, item, held }: Props) {
  const format = useFormat()
  const { t } = useTranslation()
  const { bookName, chapterName } = item.destination
  const place = [bookName, chapterName, item.folder].filter(Boolean).join(' › ')
  return (
    <div className={classes.row}>
      <FileIcon kind={kindOfName(item.name)} />
      <div className={classes.name}>
        <span className="of-clip" title={item.name}>
          {item.documentId ? (
            <Link
              to="/file/$documentId"
              params={{ documentId: item.documentId }}
              className={classes.link}
            >
              {item.name}
            </Link>
          ) : (
            item.name
          )}
        </span>
        <span className={`of-clip ${classes.folder}`} title={place}>
          <span className="of-hidden">{t('uploads.to')} </span>
          {item.folder || chapterName}
        </span>
      </div>
      <span className={`of-num ${classes.size}`}>{format.bytes(item.sizeBytes)}</span>
      <RowStatus queue={queue} item={item} held={held} />
      <RowActions queue={queue} item={item} held={held} />
    </div>
  )
})
