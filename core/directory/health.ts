import type { DirectoryState, Ports } from '../ports/index.ts'
import { TROUBLE_MS } from './keep.ts'

/** How it goes with the directory: what a monitor and the page of health tell of it. */
export interface DirectoryHealth {
  /**
   * `new`: not looked at yet. `late`: the last look failed, or is overdue, and what it said before
   * counts. `stopped`: what would vanish waits for a yes. `over`: the grace of people has run out.
   */
  state: 'well' | 'new' | 'late' | 'stopped' | 'over'
  /** When the directory was last taken over as a whole, epoch ms. */
  syncedAt?: number
  /** When those who were not looked up since have to wait for it, epoch ms. */
  graceEndsAt?: number
  /** Why the last try was for nothing. */
  reason?: string
  message?: string
  stopped?: DirectoryState['stopped']
  people: number
}

/** Looks that may be missed, on top of the time between two, before it is told as late. */
const SLACK_MS = 2 * TROUBLE_MS

/** Undefined without a directory. Asks the catalog alone: the directory itself is not waited for. */
export async function directoryHealth({
  catalog,
  clock,
  directory,
}: Pick<Ports, 'catalog' | 'clock' | 'directory'>): Promise<DirectoryHealth | undefined> {
  if (!directory) return undefined
  const known = await catalog.directories.state(directory.id)
  const { syncedAt, reason, message, stopped, people = 0 } = known ?? {}
  const now = clock.now()
  const graceEndsAt = syncedAt === undefined ? undefined : syncedAt + directory.graceMs
  const isLate =
    reason !== undefined || (syncedAt !== undefined && now - syncedAt > directory.syncMs + SLACK_MS)
  return {
    state: stateOf(),
    people,
    ...(syncedAt !== undefined && { syncedAt }),
    ...(isLate && graceEndsAt !== undefined && { graceEndsAt }),
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message }),
    ...(stopped && { stopped }),
  }

  function stateOf(): DirectoryHealth['state'] {
    // Who signs in finds out how it goes with it.
    if (directory?.isAskedAsPeople) return 'well'
    if (isLate && graceEndsAt !== undefined && now >= graceEndsAt) return 'over'
    if (stopped) return 'stopped'
    if (isLate) return 'late'
    return syncedAt === undefined ? 'new' : 'well'
  }
}
