import { AppError, codeOf } from '../errors.ts'
import { newTraceId } from '../ids.ts'
import type { User } from '../model/actor.ts'
import type { DirectoryPerson, Ports } from '../ports/index.ts'
import { type SyncStores, syncDirectory } from './sync.ts'

/** What the directory said of somebody is asked again after this long, while they are here. */
export const FRESH_MS = 45_000

/**
 * Asks the directory about people again. What it says of those it shows is taken over at once. That
 * somebody is not there, or in no group any more, is believed of a look at all of it alone.
 *
 * @returns whether anything changed; @throws AppError as `syncDirectory`
 */
export async function confirmPeople(
  stores: SyncStores,
  objectIds: readonly string[],
): Promise<boolean> {
  const { catalog, clock, directory } = stores
  const readAt = clock.now()
  const found = await directory.lookUp(objectIds)
  const groupCounts = await catalog.directories.groupCounts(directory.id, objectIds)
  const isPlain = (person: DirectoryPerson) =>
    person.groups.length > 0 || (groupCounts.get(person.objectId) ?? 0) === 0
  const people = [...found.values()].filter(isPlain)
  const changes = await takeOver(stores, people, readAt)
  if (people.length === objectIds.length || (await isStopped(stores))) return changes
  await syncDirectory(stores)
  return true
}

/** Whether a look at all of it was stopped just now: the next one would be, too. */
async function isStopped({ catalog, clock, directory }: SyncStores): Promise<boolean> {
  const state = await catalog.directories.state(directory.id)
  return state?.stopped !== undefined && clock.now() - (state.triedAt ?? 0) < FRESH_MS
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
