import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { AuditRow } from '../../../api-types.ts'
import { CopyIcon } from '../../../parts/copy.tsx'
import { useFormat } from '../../../parts/format.ts'
import { TraceLink } from '../../../parts/trace-actions.tsx'
import styles from './audit.module.css'
import { DOORS } from './queries.ts'

/** Questions: they leave a trace only when they are slow or fail. */
const ASKED = /^(document\.(open|read|preview)|search\.run|audit\.read|see_as\.read)$/

/** Done by whoever was not let in. */
const REFUSED = /^session\.refuse$/

/** One entry. Actions and subjects keep their technical names: scripts search for them. */
export function AuditLine({ entry }: { entry: AuditRow }) {
  const { t } = useTranslation()
  const format = useFormat()
  const name = entry.subject_name
  const about = [name, entry.subject_place].filter((each) => each !== null)
  const place = entry.subject_place === null ? [] : [entry.subject_place]
  const rest = [...place, ...detailOf(entry, format).filter((value) => value !== name)].join(' · ')
  const door = DOORS.find((each) => each === entry.door)
  const by = [door && t(`audit.door.${door}`), entry.address].filter(Boolean).join(' · ')
  return (
    <div className={styles.row}>
      <span data-cell="at" className={`of-num ${styles.quiet}`}>
        {format.dateTime(entry.at)}
      </span>
      <span data-cell="who" className="of-clip">
        {entry.user_name ??
          t(REFUSED.test(entry.action) ? 'admin.audit.nobody' : 'admin.audit.system')}
      </span>
      <span data-cell="what" className="of-mono of-clip" title={entry.action}>
        {entry.action}
      </span>
      <span
        data-cell="subject"
        className={`of-clip ${styles.quiet}`}
        title={[...about, entry.subject, JSON.stringify(entry.detail)].join(' ')}
      >
        {entry.subject.split(':')[0]}
        {name !== null && (
          <>
            {' · '}
            <Named entry={entry} name={name} />
          </>
        )}
        {rest !== '' && ` · ${rest}`}
      </span>
      <span data-cell="address" className={`of-num of-clip ${styles.quiet}`} title={by}>
        {by}
      </span>
      <span data-cell="trace">
        {!ASKED.test(entry.action) && <TraceLink traceId={entry.trace_id} name={entry.action} />}
        <CopyIcon text={entry.trace_id} label={t('common.copy_trace')} />
      </span>
    </div>
  )
}

/** What it was called when it happened; a file that may still be there leads to its page. */
function Named({ entry, name }: { entry: AuditRow; name: string }) {
  const [kind, id = ''] = entry.subject.split(':')
  if (kind !== 'document' || entry.action === 'document.purge') return name
  return (
    <Link to="/file/$documentId" params={{ documentId: id }}>
      {name}
    </Link>
  )
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/

/** Of numbers that are moments, by how they are called. */
const MOMENT = /(^|_)at$/

/**
 * The plain values of an entry's detail, names first; ids stand in the tooltip. A number says of what,
 * and one that counts nothing is left out.
 */
function detailOf(
  { detail }: AuditRow,
  format: Pick<ReturnType<typeof useFormat>, 'dateTime' | 'number'>,
): string[] {
  const plain = Object.entries(detail).filter(
    (pair): pair is [string, string | number] =>
      typeof pair[1] === 'string' || (typeof pair[1] === 'number' && pair[1] !== 0),
  )
  const told = (key: string, value: string | number): string => {
    if (typeof value === 'string') return value
    if (MOMENT.test(key)) return format.dateTime(value)
    const words = key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    return `${words.replaceAll('_', ' ')} ${format.number(value)}`
  }
  return plain
    .toSorted(([a], [b]) => Number(b === 'name') - Number(a === 'name'))
    .map(([key, value]) => told(key, value))
    .filter((value) => !UUID.test(value))
}
