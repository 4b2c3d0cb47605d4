import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { DocumentRow } from '../../../api-types.ts'
import { FileIcon } from '../../../parts/file-icon.tsx'
import { useFormat } from '../../../parts/format.ts'
import { StatusPill } from '../../../parts/status-pill.tsx'
import type { View } from './columns.tsx'
import classes from './grid.module.css'
import { Cell } from './grid-parts.tsx'

interface Props {
  document: DocumentRow
  view: View
  /** Whether the folder has to be said, as in a filtered list of a whole chapter. */
  showFolder: boolean
}

/** The cells of a document, between its checkbox and its menu. */
export function DocumentCells({ document, view, showFolder }: Props) {
  return (
    <>
      <Cell column="icon">
        <FileIcon kind={document.current_version.kind} />
      </Cell>
      <Cell column="name" className={classes.name}>
        <span className="of-clip" title={document.name}>
          <Link
            to="/file/$documentId"
            params={{ documentId: document.id }}
            className={classes.link}
            tabIndex={-1}
          >
            {document.name}
          </Link>
        </span>
        {showFolder && document.folder && (
          <span className={`of-clip ${classes.folder}`}>{document.folder}</span>
        )}
      </Cell>
      {view === 'trash' ? <TrashCells document={document} /> : <PlaceCells document={document} />}
    </>
  )
}

function PlaceCells({ document }: { document: DocumentRow }) {
  const format = useFormat()
  const { t } = useTranslation()
  const { current_version: version } = document
  const state = document.source_state === 'missing' ? 'missing' : document.understanding
  return (
    <>
      <Cell column="status">
        <StatusPill state={state} />
      </Cell>
      <Cell column="version" right className="of-num">
        {t('library.version', { number: version.number })}
      </Cell>
      <Size bytes={version.size_bytes} />
      <Cell column="changed" quiet className="of-num" title={format.dateTime(document.updated_at)}>
        {format.date(document.updated_at)}
      </Cell>
      <Cell column="by" quiet className="of-clip">
        {version.created_by.name}
      </Cell>
    </>
  )
}

function TrashCells({ document }: { document: DocumentRow }) {
  const format = useFormat()
  const { book, chapter, folder } = document
  const place = [book.name, chapter.name, folder].filter(Boolean).join(' › ')
  return (
    <>
      <Cell column="place" quiet className="of-clip" title={place}>
        {place}
      </Cell>
      <Size bytes={document.current_version.size_bytes} />
      <Cell column="changed" quiet className="of-num">
        {format.ago(document.trashed_at ?? 0)}
      </Cell>
    </>
  )
}

function Size({ bytes }: { bytes: number }) {
  const format = useFormat()
  return (
    <Cell column="size" right quiet className="of-num">
      {format.bytes(bytes)}
    </Cell>
  )
}
