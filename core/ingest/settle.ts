import type { Ports, Settled } from '../ports/index.ts'
import { forgetOrphans } from './commit-version.ts'

/** How long an arrival waits to be settled, at most: nobody sees what has come before. */
const EVERY_MS = 250
/** How long the next try waits after the catalog or the disk failed one. */
const TROUBLE_MS = 5_000
/** Arrivals that are settled in one transaction: others want to write, too. */
const TOGETHER = 50

type Stores = Pick<Ports, 'blobs' | 'catalog' | 'clock'>

/**
 * Compares everything that has arrived with what the box has: of two equal contents one copy stays,
 * and what nobody had is given to the worker. Done apart from the requests that brought it, so that
 * no answer takes longer or shorter for what others have. May run in several processes at once.
 */
export async function settleArrivals(stores: Stores): Promise<Settled['contents']> {
  const all: Settled['contents'] = []
  for (;;) {
    const { contents, orphanPaths } = await stores.catalog.ingest.settle(
      TOGETHER,
      stores.clock.now(),
    )
    await forgetOrphans(stores, orphanPaths)
    all.push(...contents)
    if (contents.length < TOGETHER) return all
  }
}

/** Settles what arrives until `signal` aborts. */
export async function keepSettling(
  ports: Stores & Pick<Ports, 'log'>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    let pauseMs = EVERY_MS
    try {
      await settleArrivals(ports)
    } catch (err) {
      pauseMs = TROUBLE_MS
      ports.log.error('Arrivals could not be settled; they are tried again.', { err })
    }
    await ports.clock.sleep(pauseMs, signal)
  }
}
