import { FRESH_MS } from '../directory/confirm.ts'
import { codeOf } from '../errors.ts'
import { newTraceId } from '../ids.ts'
import type { User } from '../model/actor.ts'
import type { IdentityProvider, Ports } from '../ports/index.ts'

type Stores = Pick<Ports, 'catalog' | 'clock' | 'identityProvider'>

/** How often those who are here are looked for. */
const EVERY_MS = 10_000
/** Asked again this long before what was said gets old: nobody's request has to wait for it. */
const EARLY_MS = 15_000
/** A token that was used in this time is in use. */
const USED_MS = 15 * 60_000
/** A provider that did not answer is left alone for this long. */
const TROUBLE_MS = 30_000
/** How long a session lasts at most of somebody whom the provider cannot be asked about again. */
export const UNASKED_MS = 60 * 60_000

/**
 * Has the provider say again who somebody is whom it was not asked about lately: groups are as it tells
 * them now, and whom it does not let in any more is out. While it does not answer, what it said last
 * counts. Somebody whom it gave nothing to ask by is left as they are: their sessions are short.
 *
 * @returns whether the account has to be looked at again
 * @throws AppError of the catalog; none of the provider
 */
export async function renewIfStale(
  ports: Stores,
  user: User,
  freshMs: number = FRESH_MS,
): Promise<boolean> {
  const { clock, identityProvider: provider } = ports
  const identity = user.directory
  if (!identity || provider?.id !== identity.id) return false
  const isFresh = (one: User | undefined) => clock.now() - (one?.directory?.seenAt ?? 0) < freshMs
  if (isFresh(user)) return false
  const { underWay, restsUntil } = standingOf(provider)
  if (clock.monotonic() < restsUntil) return false
  // What is asked by is good once: two questions at a time would look like a theft to the provider.
  const asked =
    underWay.get(user.id) ??
    (async () => {
      const now = await ports.catalog.directories.user(identity.id, identity.objectId)
      return isFresh(now) || renew({ ...ports, provider }, user)
    })().finally(() => underWay.delete(user.id))
  underWay.set(user.id, asked)
  return asked
}

/**
 * Asks about everybody who is here before what was said of them gets old, until `signal` aborts, so
 * that it holds for what is open and asks for nothing, too. `changed`: somebody may see more or less.
 */
export async function keepRenewed(
  ports: Stores & Pick<Ports, 'log'>,
  changed: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { catalog, clock, identityProvider: provider, log } = ports
  if (!provider) return
  while (!signal.aborted) {
    try {
      if (await renewUsed(ports, provider)) changed()
    } catch (err) {
      log.error('People in use could not be looked up at the sign-in service.', { err })
    }
    await clock.sleep(EVERY_MS, signal)
  }

  async function renewUsed(stores: Stores, { id }: IdentityProvider): Promise<boolean> {
    const now = clock.now()
    const freshMs = FRESH_MS - EARLY_MS
    const since = { usedSince: now - USED_MS, notSeenSince: now - freshMs, now }
    let isChange = false
    for (const objectId of await catalog.directories.inUse(id, since)) {
      const user = await catalog.directories.user(id, objectId)
      if (user && (await renewIfStale(stores, user, freshMs))) isChange = true
    }
    return isChange
  }
}

async function renew(ports: Stores & { provider: IdentityProvider }, user: User): Promise<boolean> {
  try {
    return await askAbout(ports, user)
  } catch (cause) {
    // Neither a provider that is away nor a full disk keeps anybody from reading.
    if (codeOf(cause) !== 'unavailable' && codeOf(cause) !== 'storage_full') throw cause
    standingOf(ports.provider).restsUntil = ports.clock.monotonic() + TROUBLE_MS
    return false
  }
}

async function askAbout(
  { catalog, clock, provider }: Stores & { provider: IdentityProvider },
  { id, directory }: User,
): Promise<boolean> {
  const grant = await catalog.directories.grant(id)
  if (grant === undefined) return false
  const [readAt, traceId] = [clock.now(), newTraceId()]
  const told = await provider.renew(grant)
  if (!told || told.person.objectId !== directory?.objectId) {
    const by = { now: clock.now(), traceId }
    await catalog.directories.endGrant(id, { isForAll: provider.isGrantLasting }, by)
    return true
  }
  // First of all: the one before is spent.
  await catalog.directories.keepGrant(id, told.grant ?? grant)
  const { person } = told
  await catalog.directories.apply(
    provider.id,
    { people: [person], groups: person.groups, isWhole: false },
    { now: clock.now(), readAt, graceMs: provider.graceMs, traceId },
  )
  return true
}

interface Standing {
  /** Questions by id of our account. */
  underWay: Map<string, Promise<boolean>>
  /** Steady time until which the provider is left alone. */
  restsUntil: number
}

const standings = new WeakMap<IdentityProvider, Standing>()

function standingOf(provider: IdentityProvider): Standing {
  const known = standings.get(provider)
  if (known) return known
  const made = {
    underWay: new Map<string, Promise<boolean>>(),
    restsUntil: Number.NEGATIVE_INFINITY,
  }
  standings.set(provider, made)
  return made
}
