import type { Ports } from '../core/ports/index.ts'
import { relinkMoved } from '../core/upkeep/relink.ts'

const LOOK_MS = 500
/** How long is waited after the catalog or the index failed. */
const TROUBLE_MS = 10_000

/**
 * Follows documents that shares have moved between chapters, until `signal` aborts: they are found in
 * the new one within a second. What was moved while no worker ran is upkeep's, at its start.
 */
export async function keepLinked(
  { catalog, clock, index, log }: Pick<Ports, 'catalog' | 'clock' | 'index' | 'log'>,
  signal: AbortSignal,
): Promise<void> {
  let after: number | undefined
  while (!signal.aborted) {
    try {
      after ??= await catalog.journal.lastEventId()
      after = await relinkMoved({ catalog, index }, after)
      await clock.sleep(LOOK_MS, signal)
    } catch (err) {
      if (signal.aborted) return
      log.error('Moved files could not be relinked; it is tried again.', { err })
      await clock.sleep(TROUBLE_MS, signal)
    }
  }
}
