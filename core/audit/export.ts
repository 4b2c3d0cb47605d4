import { type PlainEntry, type Seal, type SealedEntry } from './record.ts'

/** An entry on its way out, with the code of the entry before it. */
export interface ExportedEntry extends SealedEntry {
  before?: Buffer
}

/** What stands in the first line of an exported file. */
export interface ExportHeader {
  onefold_audit: 1
  exported_at: number
  /** Whether entries were left out by a filter: each is proven, but not that none is missing. */
  selection: boolean
}

const base64 = (bytes: Buffer | undefined) => bytes?.toString('base64url')

/** One line of JSON; `detail` stays the text that was sealed. */
export const lineOf = (entry: ExportedEntry, isSelection: boolean): string =>
  JSON.stringify({
    id: entry.id,
    at: entry.at,
    user_id: entry.userId,
    action: entry.action,
    subject: entry.subject,
    subject_name: entry.subjectName,
    subject_place: entry.subjectPlace,
    detail: entry.detail,
    trace_id: entry.traceId,
    address: entry.address,
    door: entry.door,
    chain: entry.seal?.chain,
    epoch: entry.seal?.epoch,
    mac: base64(entry.seal?.mac),
    ...(isSelection && { before: base64(entry.before) }),
  })

/** The last line: where the chain was when the file was written. */
export const headLineOf = (head: string): string => JSON.stringify({ head })

/** What a line of an exported file holds. */
type ExportLine =
  | { header: ExportHeader }
  | { entry: ExportedEntry }
  | { head: string }
  /** Nothing that was ever written there. */
  | 'unreadable'

export function readLine(line: string): ExportLine {
  const row = objectIn(line)
  if (!row) return 'unreadable'
  if (row['onefold_audit'] === 1) {
    const at = Number(row['exported_at'])
    return {
      header: { onefold_audit: 1, exported_at: at, selection: row['selection'] === true },
    }
  }
  if (typeof row['head'] === 'string') return { head: row['head'] }
  const entry = plainOf(row)
  if (!entry) return 'unreadable'
  const [seal, before] = [sealOf(row), bytesOf(row['before'])]
  return { entry: { ...entry, ...(seal && { seal }), ...(before && { before }) } }
}

function objectIn(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return value instanceof Object ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function plainOf(row: Record<string, unknown>): PlainEntry | undefined {
  const { id, at, action, subject, detail } = row
  const isEntry =
    Number.isSafeInteger(id) &&
    typeof at === 'number' &&
    [action, subject, detail, row['trace_id']].every((text) => typeof text === 'string')
  if (!isEntry) return undefined
  const text = (name: string) => (typeof row[name] === 'string' ? String(row[name]) : null)
  return {
    id: Number(id),
    at,
    userId: text('user_id'),
    action: String(action),
    subject: String(subject),
    subjectName: text('subject_name'),
    subjectPlace: text('subject_place'),
    detail: String(detail),
    traceId: String(row['trace_id']),
    address: text('address'),
    door: text('door'),
  }
}

function sealOf({ chain, epoch, mac }: Record<string, unknown>): Seal | undefined {
  const bytes = bytesOf(mac)
  if (!bytes || typeof chain !== 'string' || !Number.isSafeInteger(epoch)) return undefined
  // The link needs no key and proves nothing: it is not exported.
  return { chain, epoch: Number(epoch), mac: bytes, link: Buffer.alloc(0) }
}

function bytesOf(text: unknown): Buffer | undefined {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'base64url') : undefined
  return bytes?.byteLength === 32 ? bytes : undefined
}
