import type { Ports } from '../core/ports/index.ts'
import { completeActive, type Filling, fillSpaces } from '../core/space/fill.ts'
import { proposeSpace } from '../core/space/propose.ts'

const LOOK_MS = 2_000
/** How long is waited after a model or the catalog failed. */
const TROUBLE_MS = 30_000
/** How often all contents are looked through for what the active spaces lack. */
const COMPLETE_MS = 60 * 60_000
/** While anybody waits for a file, building takes at most a fifth of the time. */
const YIELD = 4
const LONGEST_YIELD_MS = 30_000

/**
 * Builds new spaces beside the active ones, behind everybody else, until `signal` aborts: what is
 * there of a new model is embedded a content at a time, and what is dropped is removed.
 */
export async function keepSpaces(ports: Ports, signal: AbortSignal): Promise<void> {
  const { catalog, clock, log } = ports
  const filling: Filling = {
    signal,
    tries: new Map(),
    cleared: new Set(),
    async breathe(tookMs) {
      if ((await catalog.jobs.oldestReadyMs(clock.now())) === 0) return
      await clock.sleep(Math.min(tookMs * YIELD, LONGEST_YIELD_MS), signal)
    },
  }
  let completed: { atMs: number; active: string } | undefined
  while (!signal.aborted) {
    try {
      await fillSpaces(ports, filling)
      const active = activeIds(ports)
      const now = clock.monotonic()
      if (completed?.active !== active || now - completed.atMs >= COMPLETE_MS) {
        await completeActive(ports, signal)
        completed = { atMs: now, active }
      }
      await proposeSpace(ports)
      await clock.sleep(LOOK_MS, signal)
    } catch (err) {
      if (signal.aborted) return
      log.error('The spaces could not be filled; it is tried again.', { err })
      await clock.sleep(TROUBLE_MS, signal)
    }
  }
}

/** As this process knows them. */
const activeIds = ({ embedder, pictures }: Pick<Ports, 'embedder' | 'pictures'>): string =>
  [embedder.space.id, pictures?.space.id].join()
