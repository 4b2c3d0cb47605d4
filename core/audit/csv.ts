import type { PlainEntry } from './record.ts'

const COLUMNS = [
  'id',
  'time',
  'user_id',
  'action',
  'subject',
  'subject_name',
  'subject_place',
  'detail',
  'trace_id',
  'address',
  'door',
] as const

export const CSV_HEAD = `${COLUMNS.join(',')}\r\n`

/** An entry as a line of CSV (RFC 4180), without proof: for tables and eyes. */
export const csvLine = (entry: PlainEntry): string =>
  `${[
    entry.id,
    new Date(entry.at).toISOString(),
    entry.userId,
    entry.action,
    entry.subject,
    entry.subjectName,
    entry.subjectPlace,
    entry.detail,
    entry.traceId,
    entry.address,
    entry.door,
  ]
    .map(cellOf)
    .join(',')}\r\n`

/** What a table program would take for a formula (OWASP, "CSV Injection"), also behind blanks. */
const FORMULA = /^[\s\u00a0]*[=+\-@|%\t\r\n\uff1d\uff0b\uff0d\uff20]/

/** A cell that is text in every program: quoted, and what looks like a formula behind an apostrophe. */
export function cellOf(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = FORMULA.test(value) ? `'${value}` : value
  return `"${text.replaceAll('"', '""')}"`
}
