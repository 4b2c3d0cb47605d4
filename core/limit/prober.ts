import { requireOrgAdmin } from '../access/access.ts'
import { actBy } from '../account/act.ts'
import { AppError } from '../errors.ts'
import { newTraceId } from '../ids.ts'
import type { Actor } from '../model/actor.ts'
import type { Ports, ProberAlarm, Tally } from '../ports/index.ts'

/**
 * How many upload requests of one account may be without their bytes. Whoever completes what they
 * ask for meets none of these, however much it is.
 */
export interface ProberLimits {
  /** Waiting for their bytes at the same time. */
  openUploads: number
  /** Never completed, in a day: above this administrators are told, and nothing is instant. */
  alarmUploads: number
  /** Never completed, in a day: above this nothing is taken until the first are a day old. */
  abandonedUploads: number
}

export const DEFAULT_PROBER_LIMITS: ProberLimits = {
  openUploads: 1_000,
  alarmUploads: 200,
  abandonedUploads: 1_000,
}

/** All counting slides: what is older does not count any more. */
const WINDOW_MS = 24 * 60 * 60_000
/** Room comes with every upload that is completed, long before the first address ends. */
const SOON_MS = 10_000

type Stores = Pick<Ports, 'catalog' | 'clock'>

/**
 * Lets an account request `count` more uploads, unless too many of its requests wait for bytes or never
 * got any. The first refusal of this kind also tells the administrators, if they do not know yet.
 *
 * @throws AppError `rate_limited` (reasons `OPEN_UPLOADS`, `ABANDONED_UPLOADS`)
 */
export async function assertMayRequest(
  ports: Stores,
  { userId, traceId, address }: Pick<Actor, 'userId' | 'traceId' | 'address'>,
  { count, limits }: { count: number; limits: ProberLimits },
): Promise<void> {
  const now = ports.clock.now()
  const since = now - WINDOW_MS
  const tally = await ports.catalog.probers.tally(userId, since, now)
  if (tally.abandoned > limits.alarmUploads && !isInForce(tally.alarmAt, now)) {
    const by = { traceId, now, ...(address !== undefined && { address }) }
    await ports.catalog.probers.raise(limits.alarmUploads, { since, userId }, by)
  }
  if (tally.abandoned >= limits.abandonedUploads) throw tooManyAbandoned(tally, now)
  // One batch is always let in: it could never be sent otherwise.
  if (tally.open > 0 && tally.open + count > limits.openUploads) throw tooManyOpen(tally, now)
}

/** Tells the administrators of all accounts that should have been told of. */
export async function watchProbers(
  { catalog, clock }: Stores,
  limits: ProberLimits,
): Promise<{ alarms: number }> {
  const now = clock.now()
  const window = { since: now - WINDOW_MS }
  const raised = await catalog.probers.raise(limits.alarmUploads, window, {
    traceId: newTraceId(),
    now,
  })
  return { alarms: raised.length }
}

/**
 * Whether nothing is instant for this account now, whatever the organization allows: it has an alarm
 * that is less than a day old, or deserves one.
 */
export async function isForcedStrict(
  { catalog, clock }: Stores,
  userId: string,
  limits: Pick<ProberLimits, 'alarmUploads'>,
): Promise<boolean> {
  const now = clock.now()
  const { abandoned, alarmAt } = await catalog.probers.tally(userId, now - WINDOW_MS, now)
  return abandoned > limits.alarmUploads || isInForce(alarmAt, now)
}

export interface NamedAlarm extends ProberAlarm {
  userName: string
  /** Whether it still has consequences; else it only waits to be seen. */
  isInForce: boolean
}

/** Alarms that nobody has cleared. @throws AppError `forbidden` for all but administrators */
export async function listAlarms({ catalog, clock }: Stores, actor: Actor): Promise<NamedAlarm[]> {
  requireOrgAdmin(actor)
  const [alarms, users] = await Promise.all([catalog.probers.alarms(), catalog.people.users()])
  const names = new Map(users.map((user) => [user.id, user.displayName]))
  return alarms.map((alarm) => ({
    ...alarm,
    userName: names.get(alarm.userId) ?? '',
    isInForce: isInForce(alarm.raisedAt, clock.now()),
  }))
}

/** Forgives: what was requested until now does not count. @throws AppError `forbidden`, `not_found` */
export async function clearAlarm(ports: Stores, actor: Actor, userId: string): Promise<void> {
  requireOrgAdmin(actor)
  await ports.catalog.probers.clear(userId, actBy(ports, actor))
}

const isInForce = (raisedAt: number | undefined, now: number): boolean =>
  raisedAt !== undefined && raisedAt > now - WINDOW_MS

const tooManyAbandoned = ({ abandonedSince = 0 }: Tally, now: number) =>
  new AppError(
    'rate_limited',
    'Too many uploads were requested and never sent. Send those that are open, wait, or ask your administrator.',
    {
      reason: 'ABANDONED_UPLOADS',
      retryAfterMs: Math.max(1_000, abandonedSince + WINDOW_MS - now),
    },
  )

const tooManyOpen = ({ openUntil = 0 }: Tally, now: number) =>
  new AppError(
    'rate_limited',
    'Too many uploads wait for their bytes. Send those first, then go on.',
    {
      reason: 'OPEN_UPLOADS',
      retryAfterMs: Math.min(SOON_MS, Math.max(1_000, openUntil - now)),
    },
  )
