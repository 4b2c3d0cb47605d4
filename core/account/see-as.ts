import { requireOrgAdmin } from '../access/access.ts'
import { AppError, notFound } from '../errors.ts'
import type { User } from '../model/actor.ts'
import type { Ports } from '../ports/index.ts'
import { actBy } from './act.ts'
import type { Authenticated } from './authenticate.ts'

type Stores = Pick<Ports, 'catalog' | 'clock'>

/** Ends by itself after this long, in milliseconds. */
export const SEE_AS_MS = 30 * 60_000

/**
 * Lets an administrator of the organization look at the library as somebody else does, in this session,
 * for half an hour, to read only. Never as another administrator: they see every book anyway, and what
 * is theirs beyond that is nobody else's.
 *
 * @throws AppError `forbidden`, `bad_request` (reason `TOKEN`) without a session, `not_found`,
 * `conflict` (reasons `SEE_AS_ADMIN`, `SEE_AS_DISABLED`)
 */
export async function startSeeing(
  ports: Stores,
  who: Authenticated,
  userId: string,
): Promise<{ user: User; endsAt: number }> {
  requireOrgAdmin(who.actor)
  if (who.kind !== 'session') {
    throw new AppError('bad_request', 'Only a signed-in browser can look as somebody else.', {
      reason: 'TOKEN',
    })
  }
  const { people } = ports.catalog
  const user = await people.user(userId)
  if (!user) throw notFound()
  if (user.orgRole === 'admin') {
    throw new AppError('conflict', 'Administrators see every book: there is nothing else to see.', {
      reason: 'SEE_AS_ADMIN',
    })
  }
  if (user.disabledAt !== undefined || user.directory?.left !== undefined) {
    throw new AppError('conflict', 'This account is disabled and sees nothing.', {
      reason: 'SEE_AS_DISABLED',
    })
  }
  const by = actBy(ports, who.actor)
  const endsAt = by.now + SEE_AS_MS
  await people.startSeeing({ sessionId: who.id, userId, endsAt }, by)
  return { user, endsAt }
}

/** Back to the own view, whether or not the other one is over already. Idempotent. */
export async function stopSeeing(ports: Stores, who: Authenticated): Promise<void> {
  if (who.kind !== 'session') return
  await ports.catalog.people.stopSeeing(who.id, actBy(ports, who.actor))
}

/** What an administrator looks at as somebody else is written down before it is shown. */
export async function auditSeeing(
  ports: Stores,
  { actor }: Authenticated,
  what: { operation: string; subject?: string },
): Promise<void> {
  const { now, ...by } = actBy(ports, actor)
  await ports.catalog.journal.audit({
    ...by,
    at: now,
    action: 'see_as.read',
    subject: what.subject ?? `user:${actor.userId}`,
    detail: {
      operation: what.operation,
      as_user_id: actor.userId,
      as_name: actor.displayName,
      by_name: actor.seenBy?.displayName ?? '',
    },
  })
}
