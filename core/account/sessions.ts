import { AppError, notFound } from '../errors.ts'
import type { Actor, User } from '../model/actor.ts'
import type { Ports, SessionRow } from '../ports/index.ts'
import { actBy } from './act.ts'
import type { Authenticated } from './authenticate.ts'
import { INITIAL_PASSWORD } from './first-start.ts'
import { assertPassword, hashPassword, isPassword } from './password.ts'
import type { Quota } from './quota.ts'
import { secretHash } from './secret.ts'
import type { Throttle } from './throttle.ts'

type Stores = Pick<Ports, 'catalog' | 'clock'>

/** The account behind a credential, its quota, and whether it has the password of the first start. */
export async function whoAmI(
  { catalog }: Pick<Ports, 'catalog'>,
  actor: Actor,
): Promise<{ user: User; quota: Quota; initialPasswordUnchanged: boolean }> {
  const found = await catalog.people.userByName(actor.username)
  if (!found) throw notFound()
  const { passwordHash, ...user } = found
  const quota = await catalog.people.quota(user.id)
  if (actor.orgRole !== 'admin') return { user, quota, initialPasswordUnchanged: false }
  const initial = await catalog.settings.get(INITIAL_PASSWORD)
  const isInitial = passwordHash !== undefined && secretHash(passwordHash) === initial
  return { user, quota, initialPasswordUnchanged: isInitial }
}

/** Ends the session that asks. A token is not ended by signing out. */
export async function signOut(ports: Stores, { actor, kind, id }: Authenticated): Promise<void> {
  if (kind === 'token') {
    throw new AppError('bad_request', 'A token does not sign out; revoke it instead.', {
      reason: 'TOKEN',
    })
  }
  await ports.catalog.people.endSession({ userId: actor.userId, id })
  await ports.catalog.journal.audit(entryOf(ports, actor, 'session.end'))
}

/** Own sessions, last used first. */
export const listSessions = (ports: Stores, actor: Actor): Promise<SessionRow[]> =>
  ports.catalog.people.sessionsOf(actor.userId, ports.clock.now())

/** Ends one of the own sessions. @throws AppError `not_found` */
export async function endSession(ports: Stores, actor: Actor, id: string): Promise<void> {
  const own = await listSessions(ports, actor)
  if (!own.some((session) => session.id === id)) throw notFound()
  await ports.catalog.people.endSession({ userId: actor.userId, id })
  await ports.catalog.journal.audit(entryOf(ports, actor, 'session.end'))
}

/**
 * Changes the own password and ends all other sessions of the account.
 *
 * @throws AppError `forbidden` (reason `WRONG_PASSWORD`), `bad_request` (reason `WEAK_PASSWORD`),
 * `rate_limited`
 */
export async function changePassword(
  ports: Stores,
  { actor, kind, id }: Authenticated,
  { current, next, throttle }: { current: string; next: string; throttle: Throttle },
): Promise<void> {
  const { people } = ports.catalog
  throttle.attempt(actor.username, actor.address ?? '')
  const found = await people.userByName(actor.username)
  if (!(await isPassword(current, found?.passwordHash))) {
    throw new AppError('forbidden', 'The current password is wrong.', { reason: 'WRONG_PASSWORD' })
  }
  throttle.forgive(actor.username, actor.address ?? '')
  assertPassword(next, actor.username)
  const passwordHash = await hashPassword(next)
  await people.updateUser(actor.userId, { passwordHash }, actBy(ports, actor))
  await people.endSession({ userId: actor.userId, ...(kind === 'session' && { exceptId: id }) })
}

function entryOf(ports: Stores, actor: Actor, action: string) {
  const { now, ...by } = actBy(ports, actor)
  return { ...by, at: now, action, subject: `user:${actor.userId}`, detail: {} }
}
