import { AppError } from '../errors.ts'
import type { User } from '../model/actor.ts'
import type { Errand, IdentityProvider, Ports } from '../ports/index.ts'
import { openSession, type SessionLimits, type Visit } from './open-session.ts'
import { UNASKED_MS } from './renew-elsewhere.ts'
import type { Tickets } from './tickets.ts'

/** Somebody on the way to the provider and back, in one browser. */
export interface Journey {
  errand: Errand
  /** Path of the page to come back to. */
  from: string
}

/** How long the way may take, in milliseconds; it is gone once. */
export const JOURNEY = { lifeMs: 10 * 60_000, tries: 1 }

/**
 * Begins a sign-in at the provider.
 *
 * @returns where the browser goes, and the secret that it has to bring back
 * @throws AppError `conflict` (reason `NO_OIDC`), `unavailable` (reason `OIDC_UNREACHABLE`)
 */
export async function leaveToSignIn(
  ports: Pick<Ports, 'identityProvider'>,
  journeys: Tickets<Journey>,
  from: string,
): Promise<{ address: string; secret: string }> {
  const { address, errand } = await providerOf(ports).begin()
  return { address, secret: journeys.issue({ errand, from }) }
}

/**
 * Signs somebody in who comes back from the provider, with an account that is made now if there was
 * none. Who they are is issuer and subject; their groups are those that the provider tells now, and
 * again while they are here (`renewIfStale`); where it cannot be asked again, a session is short.
 *
 * @param secret what this browser brought back; without it, it never left from here
 * @returns the session's secret, for the cookie alone, and the page to go to
 * @throws AppError `unauthenticated` (reasons `OIDC_OVER`, `OIDC_REFUSED`, `OIDC_INVALID`,
 * `OIDC_DISABLED`), `unavailable` (reasons `OIDC_UNREACHABLE`, `OIDC_INCOMPLETE`), `conflict` (reason
 * `NO_OIDC`)
 */
export async function comeBackSignedIn(
  ports: Pick<Ports, 'catalog' | 'clock' | 'identityProvider'>,
  { journeys, limits }: { journeys: Tickets<Journey>; limits: SessionLimits },
  { secret, query, ...visit }: Visit & { secret: string | undefined; query: string },
): Promise<{ secret: string; from: string }> {
  const provider = providerOf(ports)
  const journey = secret === undefined ? undefined : journeys.look(secret)
  if (!journey || secret === undefined || !journeys.take(secret)) throw over()
  const { user, isAskable } = await takeIn(ports, provider, { query, journey, visit })
  const absoluteMs = isAskable ? limits.absoluteMs : Math.min(limits.absoluteMs, UNASKED_MS)
  const opening = { user, by: 'oidc' as const, limits: { ...limits, absoluteMs } }
  return { secret: await openSession(ports, opening, visit), from: journey.from }
}

async function takeIn(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  provider: IdentityProvider,
  { query, journey, visit }: { query: string; journey: Journey; visit: Visit },
): Promise<{ user: User; isAskable: boolean }> {
  const readAt = clock.now()
  const { person, grant } = await provider.finish(query, journey.errand)
  await catalog.directories.apply(
    provider.id,
    { people: [person], groups: person.groups, isWhole: false },
    { now: clock.now(), readAt, graceMs: provider.graceMs, traceId: visit.traceId },
  )
  const user = await catalog.directories.user(provider.id, person.objectId)
  if (user && user.disabledAt === undefined) {
    await catalog.directories.keepGrant(user.id, grant)
    return { user, isAskable: grant !== undefined }
  }
  throw new AppError('unauthenticated', 'This account is disabled here.', {
    reason: 'OIDC_DISABLED',
  })
}

function providerOf({ identityProvider }: Pick<Ports, 'identityProvider'>): IdentityProvider {
  if (identityProvider) return identityProvider
  throw new AppError('conflict', 'No sign-in service is configured. Set oidc_issuer.', {
    reason: 'NO_OIDC',
  })
}

const over = () =>
  new AppError('unauthenticated', 'This sign-in took too long, or began elsewhere.', {
    reason: 'OIDC_OVER',
  })
