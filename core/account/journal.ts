import { requireOrgAdmin } from '../access/access.ts'
import type { Actor } from '../model/actor.ts'
import type { AuditFilter, AuditRow, Ports } from '../ports/index.ts'

/** An audit entry with the name of who did it, as far as the account still has one. */
export interface NamedEntry extends AuditRow {
  userName?: string
}

/** Who did what, newest first. Administrators only. @throws AppError `forbidden` */
export async function listAudit(
  { catalog }: Pick<Ports, 'catalog'>,
  actor: Actor,
  { limit, cursor, ...filter }: AuditFilter & { limit: number; cursor?: string },
): Promise<{ items: NamedEntry[]; nextCursor?: string }> {
  requireOrgAdmin(actor)
  const [page, users] = await Promise.all([
    catalog.journal.auditPage(limit, cursor, filter),
    catalog.people.users(),
  ])
  const names = new Map(users.map((user) => [user.id, user.displayName]))
  const items = page.items.map((entry) => {
    const userName = names.get(entry.userId ?? '')
    return { ...entry, ...(userName !== undefined && { userName }) }
  })
  return { ...page, items }
}
