import { settleArrivals } from '../ingest/settle.ts'
import type { Ports } from '../ports/index.ts'
import { discardEnded } from './discard-ended.ts'
import { endBroken } from './end-broken.ts'

/** What a start found left over by a crash. */
export interface Recovery {
  /** Published but never committed: nobody was told of them. */
  intents: number
  /** Rows already gone, bytes not yet. */
  reaped: number
  /** Uploads whose rows promised what is not there. */
  uploads: number
}

/** Removals that run beside each other. */
const LANES = 64

/**
 * Closes every window that a crash can leave in the blob protocol and in uploads. Runs before anything else does,
 * and removes staged bytes first: that needs no catalog and makes room when the disk is full. Paths of
 * reaped contents stay queued: the next sweep removes what the vector index has of them.
 */
export async function recover(
  stores: Pick<Ports, 'blobs' | 'catalog' | 'clock'>,
): Promise<Recovery> {
  const { blobs, catalog } = stores
  await blobs.clearStaging()
  const intents = await catalog.blobs.intents()
  const reaped = (await catalog.blobs.mayRemove()) ? await catalog.blobs.reapQueue() : []
  await removeAll(blobs, [...intents, ...reaped])
  await catalog.blobs.forgetIntents(intents)
  const uploads = await endBroken(stores)
  await discardEnded(stores)
  await settleArrivals(stores)
  return { intents: intents.length, reaped: reaped.length, uploads }
}

/** Several beside each other: removals in one folder share its sync. */
async function removeAll(blobs: Ports['blobs'], paths: readonly string[]): Promise<void> {
  const left = [...paths]
  const lane = async () => {
    for (let path = left.pop(); path !== undefined; path = left.pop()) await blobs.remove(path)
  }
  await Promise.all(Array.from({ length: LANES }, lane))
}
