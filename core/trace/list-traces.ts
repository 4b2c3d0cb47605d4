import { requireOrgAdmin } from '../access/access.ts'
import type { Actor } from '../model/actor.ts'
import type { Ports, TraceSummary, TraceWish } from '../ports/index.ts'

/** A trace with the name of who asked, as far as the account still has one. */
export type NamedTrace = TraceSummary & { userName?: string }

/** What was asked of the box lately, newest first. Administrators only. @throws AppError `forbidden` */
export async function listTraces(
  { catalog }: Pick<Ports, 'catalog'>,
  actor: Actor,
  wish: TraceWish,
): Promise<{ items: NamedTrace[]; nextCursor?: string }> {
  requireOrgAdmin(actor)
  const [page, users] = await Promise.all([catalog.journal.tracePage(wish), catalog.people.users()])
  const names = new Map(users.map((user) => [user.id, user.displayName]))
  const items = page.items.map((trace) => {
    const userName = names.get(trace.userId ?? '')
    return { ...trace, ...(userName !== undefined && { userName }) }
  })
  return { ...page, items }
}
