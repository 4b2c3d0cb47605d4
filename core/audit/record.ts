/** An audit entry as it lies in the catalog: what a seal is made over. */
export interface PlainEntry {
  id: number
  /** Epoch ms. */
  at: number
  userId: string | null
  action: string
  subject: string
  subjectName: string | null
  subjectPlace: string | null
  /** JSON, kept as the text that was written. */
  detail: string
  traceId: string
  address: string | null
  door: string | null
}

/** What the chain knows of an entry. */
export interface Seal {
  /** Which first key the chain began with: eight hex digits. */
  chain: string
  /** How often the key had moved on. */
  epoch: number
  /** HMAC-SHA256 under the key of the epoch, over the code before it and the record; 32 bytes. */
  mac: Buffer
  /** SHA-256 over the link before it and the record; 32 bytes. Checked without any key. */
  link: Buffer
}

export interface SealedEntry extends PlainEntry {
  /** Absent for an entry that was not sealed, or whose seal is gone. */
  seal?: Seal
}

/** Names the format, so that no record of another one means the same bytes. */
const FORMAT = 'onefold-audit-1'

/** The bytes that a seal is made over: a JSON array of the columns, in UTF-8. See docs/format.md. */
export const recordOf = (entry: PlainEntry): Buffer =>
  Buffer.from(
    JSON.stringify([
      FORMAT,
      entry.id,
      entry.at,
      entry.userId,
      entry.action,
      entry.subject,
      entry.subjectName,
      entry.subjectPlace,
      entry.detail,
      entry.traceId,
      entry.address,
      entry.door,
    ]),
  )
