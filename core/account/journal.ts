import { requireOrgAdmin, requireScope } from '../access/access.ts'
import { notFound } from '../errors.ts'
import type { Actor } from '../model/actor.ts'
import type { AuditEntry, ErrorRow, Ports, TraceRow } from '../ports/index.ts'

/** An audit entry with the name of who did it, as far as the account still has one. */
export interface NamedEntry extends AuditEntry {
  id: number
  userName?: string
}

/** Who did what, newest first. Administrators only. @throws AppError `forbidden` */
export async function listAudit(
  { catalog }: Pick<Ports, 'catalog'>,
  actor: Actor,
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<{ items: NamedEntry[]; nextCursor?: string }> {
  requireOrgAdmin(actor)
  const [page, users] = await Promise.all([
    catalog.journal.auditPage(limit, cursor),
    catalog.people.users(),
  ])
  const names = new Map(users.map((user) => [user.id, user.displayName]))
  const items = page.items.map((entry) => {
    const userName = names.get(entry.userId ?? '')
    return { ...entry, ...(userName !== undefined && { userName }) }
  })
  return { ...page, items }
}

/**
 * What one request caused: all of it for administrators. Others see their own, but nothing of a
 * trace that somebody else's request belongs to as well: a trace id can be sent by anybody.
 *
 * @throws AppError `not_found` for an absent trace, and one without a span of the caller
 */
export async function getTrace(
  { catalog }: Pick<Ports, 'catalog'>,
  actor: Actor,
  traceId: string,
): Promise<{ spans: TraceRow[]; errors: ErrorRow[] }> {
  requireScope(actor, 'read')
  const trace = await catalog.journal.trace(traceId)
  const seesAll = actor.orgRole === 'admin' && actor.scopes.includes('admin') && !actor.bookIds
  if (seesAll) {
    if (trace.spans.length + trace.errors.length === 0) throw notFound()
    return trace
  }
  const own = trace.spans.filter((span) => span.userId === actor.userId)
  if (own.length === 0) throw notFound()
  const isShared = trace.spans.some((span) => span.userId && span.userId !== actor.userId)
  return isShared ? { spans: own, errors: [] } : trace
}
