import { AppError } from '../errors.ts'
import { newId } from '../ids.ts'
import type { User } from '../model/actor.ts'
import type { Ports } from '../ports/index.ts'
import { isPassword } from './password.ts'
import { newSecret, secretHash } from './secret.ts'
import type { Throttle } from './throttle.ts'

/** How long a browser stays signed in, in milliseconds: unused, and at most. */
export interface SessionLimits {
  idleMs: number
  absoluteMs: number
}

const HOUR = 3_600_000

export const DEFAULT_SESSION_LIMITS: SessionLimits = { idleMs: 8 * HOUR, absoluteMs: 24 * HOUR }

export interface Attempt {
  username: string
  password: string
  /** Where from; for the throttle, the audit and the list of sessions. */
  address: string
  userAgent: string
  traceId: string
  /** Secret of a session that the browser already had: it ends, whatever it was. */
  earlierSecret?: string
}

/**
 * Signs in by name and password. The session is always a new one.
 *
 * @returns the session's secret, for the cookie alone
 * @throws AppError `unauthenticated`, with one text and one duration for an unknown name, a disabled
 * account and a wrong password; `rate_limited` after many of these
 */
export async function signIn(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  { throttle, limits }: { throttle: Throttle; limits: SessionLimits },
  attempt: Attempt,
): Promise<{ user: User; secret: string }> {
  const { username, address } = attempt
  throttle.attempt(username, address)
  const found = await ports.catalog.people.userByName(username)
  const isRight = await isPassword(attempt.password, found?.passwordHash)
  if (!isRight || !found || found.disabledAt !== undefined) {
    const subject = found ? `user:${found.id}` : 'session'
    await audit(ports, attempt, { action: 'session.refuse', subject })
    throw new AppError('unauthenticated', 'The user name or the password is wrong.', {
      reason: 'WRONG_PASSWORD',
    })
  }
  const { passwordHash: _, ...user } = found
  throttle.forgive(username, address)
  if (attempt.earlierSecret) {
    await ports.catalog.people.endSession({ idHash: secretHash(attempt.earlierSecret) })
  }
  const secret = newSecret()
  const now = ports.clock.now()
  await ports.catalog.people.createSession({
    id: newId(now),
    idHash: secretHash(secret),
    userId: user.id,
    createdAt: now,
    expiresAt: now + limits.absoluteMs,
    idleMs: limits.idleMs,
    userAgent: attempt.userAgent.slice(0, 300),
    address,
  })
  await audit(ports, attempt, {
    action: 'session.create',
    subject: `user:${user.id}`,
    userId: user.id,
  })
  return { user, secret }
}

/** A name that nobody has is not written down: people type passwords into that field. */
function audit(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  { address, traceId }: Attempt,
  entry: { action: string; subject: string; userId?: string },
): Promise<void> {
  return catalog.journal.audit({ at: clock.now(), ...entry, detail: {}, traceId, address })
}
