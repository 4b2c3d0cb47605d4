import { newId } from '../ids.ts'
import type { ActDoor, User } from '../model/actor.ts'
import type { Ports } from '../ports/index.ts'
import { newSecret, secretHash } from './secret.ts'

/** How long a browser stays signed in, in milliseconds: unused, and at most. */
export interface SessionLimits {
  idleMs: number
  absoluteMs: number
}

const HOUR = 3_600_000

export const DEFAULT_SESSION_LIMITS: SessionLimits = { idleMs: 8 * HOUR, absoluteMs: 24 * HOUR }

/** Where a sign-in comes from. */
export interface Visit {
  /** For the throttle, the audit and the list of sessions. */
  address: string
  userAgent: string
  traceId: string
  /** Whether a page of ours asks, or a program. */
  door: ActDoor
  /** Secret of a session that the browser already had: it ends, whatever it was. */
  earlierSecret?: string
}

/** How somebody showed who they are, for the audit. */
export type Shown = 'password' | 'code' | 'recovery_code' | 'directory' | 'oidc'

/**
 * Opens a session for somebody who has shown who they are. It is always a new one.
 *
 * @returns the session's secret, for the cookie alone
 */
export async function openSession(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  { user, by, limits }: { user: User; by: Shown; limits: SessionLimits },
  { address, userAgent, traceId, door, earlierSecret }: Visit,
): Promise<string> {
  if (earlierSecret) await catalog.people.endSession({ idHash: secretHash(earlierSecret) })
  const secret = newSecret()
  const now = clock.now()
  await catalog.people.createSession({
    id: newId(now),
    idHash: secretHash(secret),
    userId: user.id,
    createdAt: now,
    expiresAt: now + limits.absoluteMs,
    idleMs: limits.idleMs,
    userAgent: userAgent.slice(0, 300),
    address,
  })
  await catalog.journal.audit({
    at: now,
    action: 'session.create',
    subject: `user:${user.id}`,
    userId: user.id,
    detail: { by },
    traceId,
    address,
    door,
  })
  return secret
}
