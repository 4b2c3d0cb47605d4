import { IconArrowRight, IconFile, IconFolder, IconLock } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { TextPart } from '../../../api-types.ts'
import { useFormat } from '../../../parts/format.ts'
import { Highlight } from '../../../parts/highlight.tsx'
import { Notice } from '../../../parts/notice.tsx'
import type { Range } from '../passage.ts'
import classes from './archive.module.css'

interface Props {
  parts: readonly TextPart[]
  /** By the index of the part. */
  marks: ReadonlyMap<number, readonly Range[]>
  /** Whether its files are documents of their own. */
  isExpanded: boolean
}

/** What lies in an archive, entry by entry, as the archive says it. */
export function ArchiveTable({ parts, marks, isExpanded }: Props) {
  const { t } = useTranslation()
  const isLocked = parts.some(({ entry }) => entry?.is_encrypted)
  return (
    <>
      {(isLocked || !isExpanded) && (
        <Notice tone="info">
          {!isExpanded && <p className={classes.note}>{t('archive.listed_only')}</p>}
          {isLocked && <p className={classes.note}>{t('archive.locked')}</p>}
        </Notice>
      )}
      <table className={classes.table} aria-label={t('archive.label')}>
        <thead>
          <tr>
            <th scope="col">{t('archive.name')}</th>
            <th scope="col" className={classes.figure}>
              {t('archive.size')}
            </th>
            <th scope="col" className={classes.figure}>
              {t('archive.modified')}
            </th>
          </tr>
        </thead>
        <tbody>
          {parts.map((part, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two entries may have one name
            <EntryRow key={index} part={part} marks={marks.get(index) ?? []} />
          ))}
        </tbody>
      </table>
    </>
  )
}

const ICONS = { file: IconFile, folder: IconFolder, link: IconArrowRight, other: IconFile }

function EntryRow({ part: { text, entry }, marks }: { part: TextPart; marks: readonly Range[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (!entry) return null
  const Icon = entry.is_encrypted ? IconLock : ICONS[entry.type]
  const what = entry.is_encrypted ? t('archive.encrypted') : t(`archive.type.${entry.type}`)
  return (
    <tr data-here={marks.length > 0 || undefined}>
      <th scope="row" className={classes.name}>
        <Icon size={16} stroke={1.5} role="img" aria-label={what} className={classes.icon} />
        <span dir="auto">
          {entry.document_id ? (
            <Link to="/file/$documentId" params={{ documentId: entry.document_id }}>
              <Highlight text={text} marks={marks} />
            </Link>
          ) : (
            <Highlight text={text} marks={marks} />
          )}
        </span>
      </th>
      <td className={classes.figure}>{entry.type === 'file' && format.bytes(entry.size_bytes)}</td>
      <td className={classes.figure}>
        {entry.modified_at !== null && format.dateTime(entry.modified_at)}
      </td>
    </tr>
  )
}
