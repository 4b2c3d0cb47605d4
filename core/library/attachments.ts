import type { Access } from '../access/access.ts'
import type { Coverage } from '../model/locator.ts'
import type { DerivationRow, DocumentRow, Extraction, Ports, VersionRow } from '../ports/index.ts'
import { overallCoverage } from './modalities.ts'

/** A file that came with a mail. */
export interface Attachment {
  /** As its sender wrote it. */
  name: string
  mediaType: string
  sizeBytes: number
  /** What it became. Absent as long as, or when, it is no document that the reader sees. */
  document?: DocumentRow
  /** How much of that was read. */
  coverage?: Coverage
}

export interface Attachments {
  /** In the order of the mail, at most `SHOWN_ATTACHMENTS`. */
  items: Attachment[]
  total: number
}

/** Beyond these, a mail is its sender's way of sending an archive. */
const SHOWN_ATTACHMENTS = 200

/**
 * The files that came with a mail, what they became and how much was read of each.
 *
 * @param steps on the mail, as they are shown to its reader
 * @returns undefined for what is no mail, and for a mail without any
 */
export async function attachmentsOf(
  { catalog }: Pick<Ports, 'catalog'>,
  { visible }: Pick<Access, 'visible'>,
  mail: { version: VersionRow; steps: readonly DerivationRow[] },
): Promise<Attachments | undefined> {
  const facts = mail.steps.find(({ step }) => step === 'extract')?.facts
  const named = (facts?.attachments ?? []) as Extraction['attachments']
  if (named.length === 0) return undefined
  const documents = await catalog.inside.attached(visible, mail.version.id)
  const steps = await catalog.derivations.shownOf([...documents.values()].map(currentOf))
  const items = named.slice(0, SHOWN_ATTACHMENTS).map((attachment, at): Attachment => {
    const document = documents.get(at)
    const coverage = document && overallCoverage(steps.get(currentOf(document)) ?? [])
    return { ...attachment, ...(document && { document }), ...(coverage && { coverage }) }
  })
  return { items, total: named.length }
}

const currentOf = ({ currentVersionId }: DocumentRow): string => currentVersionId
