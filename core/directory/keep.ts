import type { Ports } from '../ports/index.ts'
import { confirmPeople, FRESH_MS, isOfDirectory } from './confirm.ts'
import { syncDirectory } from './sync.ts'

/** How often those who are here are looked for. */
const EVERY_MS = 10_000
/** Asked again this long before what was said gets old: nobody's request has to wait for it. */
const EARLY_MS = 15_000
/** A token that was used in this time is in use. */
const USED_MS = 15 * 60_000
/** How long the next look at all of it waits after one that failed. */
export const TROUBLE_MS = 60_000

/**
 * Keeps what is known of the directory as it is there, until `signal` aborts: those who are here within
 * a minute, everybody every `syncMs`. `changed` is called when somebody may see more or less.
 */
export async function keepDirectory(
  { catalog, clock, directory, log }: Pick<Ports, 'catalog' | 'clock' | 'directory' | 'log'>,
  changed: () => void,
  signal: AbortSignal,
): Promise<void> {
  if (!directory) return
  const stores = { catalog, clock, directory }
  let nextSync = clock.monotonic()
  const attempt = async (what: string, work: () => Promise<boolean>): Promise<boolean> => {
    try {
      if (await work()) changed()
      return true
    } catch (err) {
      if (isOfDirectory(err)) log.warn(what, { err })
      else log.error(what, { err })
      return false
    }
  }
  while (!signal.aborted) {
    if (!directory.isAskedAsPeople && clock.monotonic() >= nextSync) {
      const isDone = await attempt('The directory was not taken over.', async () => {
        const changes = await syncDirectory(stores)
        return Object.values(changes).some((count) => count > 0)
      })
      nextSync =
        clock.monotonic() + (isDone ? directory.syncMs : Math.min(TROUBLE_MS, directory.syncMs))
    } else {
      await attempt('People in use could not be looked up in the directory.', async () => {
        const now = clock.now()
        const inUse = await catalog.directories.inUse(directory.id, {
          usedSince: now - USED_MS,
          notSeenSince: now - (FRESH_MS - EARLY_MS),
          now,
        })
        return inUse.length > 0 && confirmPeople(stores, inUse)
      })
    }
    await clock.sleep(EVERY_MS, signal)
  }
}
