import { requireOrgAdmin } from '../access/access.ts'
import { AppError, notFound } from '../errors.ts'
import type { Actor, User } from '../model/actor.ts'
import type { Ports, SessionRow } from '../ports/index.ts'
import { actBy } from './act.ts'
import type { Authenticated } from './authenticate.ts'
import { INITIAL_PASSWORD } from './first-start.ts'
import { requireOwnAccount } from './own-account.ts'
import { assertPassword, hashPassword, isPassword } from './password.ts'
import type { Quota } from './quota.ts'
import { newSecret, secretHash } from './secret.ts'
import type { Throttle } from './throttle.ts'
import { ofDirectory } from './users.ts'

type Stores = Pick<Ports, 'catalog' | 'clock'>

/** The account behind a credential, its quota, and whether it has the password of the first start. */
export async function whoAmI(
  { catalog }: Pick<Ports, 'catalog'>,
  actor: Actor,
): Promise<{ user: User; quota: Quota; initialPasswordUnchanged: boolean }> {
  const user = await catalog.people.user(actor.userId)
  if (!user) throw notFound()
  const quota = await catalog.people.quota(user.id)
  if (actor.orgRole !== 'admin') return { user, quota, initialPasswordUnchanged: false }
  const [initial, passwordHash] = await Promise.all([
    catalog.settings.get(INITIAL_PASSWORD),
    catalog.people.passwordHash(user.id),
  ])
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

/** Own sessions, last used first. @throws AppError `forbidden` (reason `SCOPE`) */
export async function listSessions(ports: Stores, actor: Actor): Promise<SessionRow[]> {
  requireOwnAccount(actor)
  return ports.catalog.people.sessionsOf(actor.userId, ports.clock.now())
}

/** Ends one of the own sessions. @throws AppError `not_found`, `forbidden` (reason `SCOPE`) */
export async function endSession(ports: Stores, actor: Actor, id: string): Promise<void> {
  const own = await listSessions(ports, actor)
  if (!own.some((session) => session.id === id)) throw notFound()
  await ports.catalog.people.endSession({ userId: actor.userId, id })
  await ports.catalog.journal.audit(entryOf(ports, actor, 'session.end'))
}

/** Ends all own sessions but the one that asks. @throws AppError `forbidden` (reason `SCOPE`) */
export async function endOtherSessions(ports: Stores, { actor, kind, id }: Authenticated) {
  requireOwnAccount(actor)
  const except = kind === 'session' && { exceptId: id }
  await ports.catalog.people.endSession({ userId: actor.userId, ...except })
  await ports.catalog.journal.audit(entryOf(ports, actor, 'session.end_others'))
}

/** Where an account is signed in. @throws AppError `forbidden`, `not_found` */
export async function listSessionsOf(
  ports: Stores,
  actor: Actor,
  userId: string,
): Promise<SessionRow[]> {
  requireOrgAdmin(actor)
  const { people } = ports.catalog
  if (!(await people.user(userId))) throw notFound()
  return people.sessionsOf(userId, ports.clock.now())
}

/**
 * Signs somebody out everywhere, at once. Who they are and what their tokens do stays as it is: see
 * `lockOut` for that.
 *
 * @throws AppError `forbidden`, `not_found`
 */
export async function endSessionsOf(ports: Stores, actor: Actor, userId: string): Promise<void> {
  requireOrgAdmin(actor)
  if (!(await ports.catalog.people.user(userId))) throw notFound()
  await ports.catalog.people.endSession({ userId })
  const entry = entryOf(ports, actor, 'session.end_all')
  await ports.catalog.journal.audit({ ...entry, subject: `user:${userId}` })
}

/**
 * Changes the own password and ends all other sessions of the account. The one that asks goes on under
 * another secret.
 *
 * @returns the session's new secret, for the cookie; undefined when a token asked
 * @throws AppError `forbidden` (reasons `WRONG_PASSWORD`, `SCOPE`), `bad_request` (reason
 * `WEAK_PASSWORD`), `rate_limited`, `conflict` (reason `DIRECTORY_PERSON`)
 */
export async function changePassword(
  ports: Stores,
  { actor, kind, id }: Authenticated,
  { current, next, throttle }: { current: string; next: string; throttle: Throttle },
): Promise<string | undefined> {
  requireOwnAccount(actor)
  const { people } = ports.catalog
  if ((await people.user(actor.userId))?.directory) throw ofDirectory()
  throttle.attempt(actor.username, actor.address ?? '')
  if (!(await isPassword(current, await people.passwordHash(actor.userId)))) {
    throw new AppError('forbidden', 'The current password is wrong.', { reason: 'WRONG_PASSWORD' })
  }
  throttle.forgive(actor.username, actor.address ?? '')
  assertPassword(next, actor.username)
  const passwordHash = await hashPassword(next)
  await people.updateUser(actor.userId, { passwordHash }, actBy(ports, actor))
  await people.endSession({ userId: actor.userId, ...(kind === 'session' && { exceptId: id }) })
  if (kind === 'token') return undefined
  const secret = newSecret()
  await people.renewSession(id, secretHash(secret))
  return secret
}

function entryOf(ports: Stores, actor: Actor, action: string) {
  const { now, ...by } = actBy(ports, actor)
  return { ...by, at: now, action, subject: `user:${actor.userId}`, detail: {} }
}
