import { AppError, codeOf } from '../errors.ts'
import { newTraceId } from '../ids.ts'
import type { User } from '../model/actor.ts'
import type { DirectoryPerson, Ports, Vanishing } from '../ports/index.ts'
import { type SyncStores, syncDirectory } from './sync.ts'

/** What the directory said of somebody is asked again after this long, while they are here. */
export const FRESH_MS = 45_000

/**
 * Asks the directory about people again. What it says of those it shows is taken over at once. That
 * somebody is not there, or in a group no more, is believed of a look at all of it alone; while such a
 * look is stopped, of those who are only in a group no more that goes on.
 *
 * @returns whether anything changed; @throws AppError as `syncDirectory`
 */
export async function confirmPeople(
  stores: SyncStores,
  objectIds: readonly string[],
): Promise<boolean> {
  const { clock, directory } = stores
  const readAt = clock.now()
  const found = [...(await directory.lookUp(objectIds)).values()]
  // Who cannot be asked about signs in again when the grace is over, which is short then.
  if (directory.isAskedAsPeople) return takeOver(stores, found, readAt)
  const losses = await lossesOf(stores, found)
  const people = found.filter((person) => !losses.has(person))
  const changes = await takeOver(stores, people, readAt)
  if (people.length === objectIds.length) return changes
  const stopped = (await stoppedNow(stores)) ?? (await syncedOrStopped(stores))
  if (!stopped) return true
  const others = found.filter((person) => isApart(losses.get(person), person, stopped))
  return (await takeOver(stores, others, readAt)) || changes
}

/** Takes over somebody who just signed in, as `confirmPeople` does. */
export async function confirmSignedIn(
  stores: SyncStores,
  person: DirectoryPerson,
  readAt: number,
): Promise<void> {
  const { isAskedAsPeople } = stores.directory
  const lost = isAskedAsPeople ? undefined : (await lossesOf(stores, [person])).get(person)
  const stopped = lost && ((await stoppedNow(stores)) ?? (await syncedOrStopped(stores)))
  if (!stopped || isApart(lost, person, stopped)) await takeOver(stores, [person], readAt)
}

/** Groups that people were in and are not shown in, for those who lose any. */
async function lossesOf(
  { catalog, directory }: SyncStores,
  people: readonly DirectoryPerson[],
): Promise<Map<DirectoryPerson, string[]>> {
  if (people.length === 0) return new Map()
  const ids = people.map((person) => person.objectId)
  const before = await catalog.directories.memberships(directory.id, ids)
  const losses = new Map<DirectoryPerson, string[]>()
  for (const person of people) {
    const now = new Set(person.groups.map((group) => group.objectId))
    const lost = (before.get(person.objectId) ?? []).filter((group) => !now.has(group))
    if (lost.length > 0) losses.set(person, lost)
  }
  return losses
}

/** Whether what somebody loses has nothing to do with what a look at all of it was stopped for. */
const isApart = (
  lost: readonly string[] | undefined,
  { groups }: DirectoryPerson,
  { shrinking }: Vanishing,
): boolean =>
  lost !== undefined &&
  groups.length > 0 &&
  !shrinking.some((group) => lost.includes(group.objectId))

/** What a look at all of it was stopped for just now: the next one would be, too. */
async function stoppedNow(stores: SyncStores): Promise<Vanishing | undefined> {
  const { catalog, clock, directory } = stores
  const state = await catalog.directories.state(directory.id)
  return clock.now() - (state?.triedAt ?? 0) < FRESH_MS ? state?.stopped : undefined
}

/** Looks at all of it: undefined once it is taken over, or what it was stopped for. */
async function syncedOrStopped(stores: SyncStores): Promise<Vanishing | undefined> {
  try {
    await syncDirectory(stores)
    return undefined
  } catch (cause) {
    const stopped = cause instanceof AppError && cause.detail?.['vanishing']
    if (!stopped) throw cause
    return stopped as Vanishing
  }
}

/** Takes over single people as they were just shown. */
export async function takeOver(
  { catalog, clock, directory }: SyncStores,
  people: readonly DirectoryPerson[],
  readAt: number,
): Promise<boolean> {
  if (people.length === 0) return false
  const groups = new Map(people.flatMap((person) => person.groups).map((g) => [g.objectId, g]))
  const changes = await catalog.directories.apply(
    directory.id,
    { people, groups: [...groups.values()], isWhole: false },
    { traceId: newTraceId(), now: clock.now(), readAt, graceMs: directory.graceMs },
  )
  return Object.values(changes).some((count) => count > 0)
}

/**
 * Has somebody confirmed whom the directory was not asked about lately. While it does not answer, what
 * it said last counts, for as long as the grace lasts.
 *
 * @returns whether the account has to be looked at again
 */
export async function confirmIfStale(
  { catalog, clock, directory }: Pick<Ports, 'catalog' | 'clock' | 'directory'>,
  user: User,
): Promise<boolean> {
  const identity = user.directory
  if (!identity || directory?.id !== identity.id) return false
  if (clock.now() - identity.seenAt < FRESH_MS) return false
  try {
    await confirmPeople({ catalog, clock, directory }, [identity.objectId])
  } catch (cause) {
    // Nor does a full disk keep anybody from reading.
    if (!isOfDirectory(cause) && codeOf(cause) !== 'storage_full') throw cause
  }
  return true
}

/** Failures that leave everything known as it is. */
export const isOfDirectory = (cause: unknown): boolean =>
  cause instanceof AppError && cause.reason?.startsWith('DIRECTORY_') === true
