import { requireOrgAdmin } from '../access/access.ts'
import { actBy } from '../account/act.ts'
import type { Actor } from '../model/actor.ts'
import type { AuditFilter, Ports } from '../ports/index.ts'
import { CSV_HEAD, csvLine } from './csv.ts'
import { type ExportHeader, headLineOf, lineOf } from './export.ts'
import { headText } from './seal.ts'
import { sealedEntries } from './verify-box.ts'

type ExportFormat = 'jsonl' | 'csv'

/**
 * The entries that a filter lets through, oldest first, as pieces of a file. That it was exported is
 * an entry of its own before the first of them.
 *
 * @throws AppError `forbidden`
 */
export async function exportAudit(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  actor: Actor,
  { format, filter }: { format: ExportFormat; filter: AuditFilter },
): Promise<AsyncIterable<string>> {
  requireOrgAdmin(actor)
  const { now, ...by } = actBy(ports, actor)
  await ports.catalog.journal.audit({
    ...by,
    at: now,
    action: 'audit.export',
    subject: 'audit',
    detail: { format, ...filter },
  })
  return format === 'csv' ? csv(ports, filter) : jsonl(ports, filter)
}

async function* jsonl(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  filter: AuditFilter,
): AsyncIterable<string> {
  const isSelection = Object.keys(filter).length > 0
  const header: ExportHeader = {
    onefold_audit: 1,
    exported_at: clock.now(),
    selection: isSelection,
  }
  yield `${JSON.stringify(header)}\n`
  let head = isSelection ? await catalog.journal.auditHead() : undefined
  for await (const entry of sealedEntries(catalog.journal, isSelection ? filter : undefined)) {
    yield `${lineOf(entry, isSelection)}\n`
    // What is written meanwhile is not in the file, so that its end is that of the last line.
    if (!isSelection && entry.seal) head = { id: entry.id, ...entry.seal }
  }
  if (head) yield `${headLineOf(headText(head))}\n`
}

async function* csv(
  { catalog }: Pick<Ports, 'catalog'>,
  filter: AuditFilter,
): AsyncIterable<string> {
  yield CSV_HEAD
  for await (const entry of sealedEntries(catalog.journal, filter)) yield csvLine(entry)
}
