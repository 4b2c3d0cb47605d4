import { confirmIfStale } from '../directory/confirm.ts'
import { AppError, codeOf } from '../errors.ts'
import type { Actor, Scope, User } from '../model/actor.ts'
import type { Ports } from '../ports/index.ts'
import { renewIfStale } from './renew-elsewhere.ts'
import { isToken, secretHash } from './secret.ts'

/** What came with a request to say who asks. */
export type Credential = { kind: 'session'; secret: string } | { kind: 'token'; secret: string }

/** Where a request came from, and the trace it belongs to. */
export interface Origin {
  traceId: string
  address: string
  /** A live stream that only listens: it does not count as use, so idle sessions still end. */
  isListening?: boolean
}

/** Somebody known, and the row of the session or token that says so. */
export interface Authenticated {
  actor: Actor
  kind: Credential['kind']
  id: string
  /** Who asks really, when `actor` is whom they look as. */
  self?: Actor
  /** Looking as somebody else ended by itself, and the page may not know yet. */
  isSeeingOver?: true
  /** A session of a local account at whose sign-in no code is asked for. */
  isOneStep?: true
}

const ALL_SCOPES: readonly Scope[] = ['read', 'write', 'admin']

/** Last use is written down this coarsely, in milliseconds: not every request is a write. */
const TOUCH_MS = 60_000

/**
 * Who is behind a credential now.
 *
 * @throws AppError `unauthenticated` when it is unknown, expired or revoked, or its owner disabled here
 * or in the directory
 */
export async function authenticate(
  ports: Pick<Ports, 'catalog' | 'clock' | 'directory' | 'identityProvider'>,
  credential: Credential,
  origin: Origin,
): Promise<Authenticated> {
  const { catalog, clock } = ports
  const now = clock.now()
  const isStale = (at: number) => !origin.isListening && now - at >= TOUCH_MS
  const hash = secretHash(credential.secret)
  if (credential.kind === 'session') {
    const session = await confirmed(ports, () => catalog.people.session(hash, now))
    if (!session) throw unknown()
    if (isStale(session.lastUsedAt)) await touched(() => catalog.people.touchSession(hash, now))
    const { id: credentialId } = session
    const actor = {
      ...actorOf(session.user, origin),
      scopes: ALL_SCOPES,
      credentialId,
      door: 'web' as const,
    }
    const isOneStep = !session.user.directory && session.user.secondStepAt === undefined
    const own = { actor, kind: 'session' as const, id: session.id }
    return asWhoever({ catalog }, { ...own, ...(isOneStep && { isOneStep }) }, { ...origin, now })
  }
  const token = isToken(credential.secret)
    ? await confirmed(ports, () => catalog.people.token(hash, now))
    : undefined
  if (!token) throw unknown()
  if (isStale(token.lastUsedAt ?? 0)) await touched(() => catalog.people.touchToken(token.id, now))
  const { scopes, bookIds, id: credentialId } = token
  const narrowed = { scopes, credentialId, door: 'api' as const, ...(bookIds && { bookIds }) }
  const actor = { ...actorOf(token.user, origin), ...narrowed }
  return { actor, kind: 'token', id: token.id }
}

/** What is found, as it is once whoever knows its owner was asked about them, if that is due. */
async function confirmed<T extends { user: User }>(
  ports: Pick<Ports, 'catalog' | 'clock' | 'directory' | 'identityProvider'>,
  find: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const found = await find()
  if (!found) return undefined
  const { user } = found
  const isToFind = (await confirmIfStale(ports, user)) || (await renewIfStale(ports, user))
  return isToFind ? find() : found
}

/**
 * A session that looks as somebody else speaks as that person, to read. Only as long as both are what
 * they were when it began; afterwards it speaks as itself again.
 */
async function asWhoever(
  { catalog }: Pick<Ports, 'catalog'>,
  own: Authenticated,
  { now, traceId, address }: Origin & { now: number },
): Promise<Authenticated> {
  const seen = await catalog.people.seenBy(own.id)
  if (!seen) return own
  const { user, endsAt, isEndTold } = seen
  const isOut = user.disabledAt !== undefined || user.directory?.left !== undefined
  const isOver = now >= endsAt || own.actor.orgRole !== 'admin' || user.orgRole === 'admin' || isOut
  if (now >= endsAt && !isEndTold) {
    const by = { traceId, address, door: 'web' as const, now }
    await touched(() => catalog.people.tellEndOfSeeing(by, own.id))
  }
  if (isOver) return { ...own, isSeeingOver: true }
  const { userId, displayName } = own.actor
  const actor: Actor = {
    ...own.actor,
    userId: user.id,
    username: user.username,
    displayName: user.displayName,
    orgRole: user.orgRole,
    scopes: ['read'],
    seenBy: { userId, displayName },
  }
  return { ...own, actor, self: own.actor }
}

/** Reading goes on while the disk is full or the catalog busy: last use is noted with a later request. */
async function touched(touch: () => Promise<void>): Promise<void> {
  try {
    await touch()
  } catch (cause) {
    if (codeOf(cause) !== 'storage_full' && codeOf(cause) !== 'unavailable') throw cause
  }
}

const actorOf = (user: User, { traceId, address }: Origin) => ({
  userId: user.id,
  username: user.username,
  displayName: user.displayName,
  orgRole: user.orgRole,
  traceId,
  address,
})

const unknown = () =>
  new AppError('unauthenticated', 'Please sign in.', { reason: 'CREDENTIAL_UNKNOWN' })
