import { commitStaged } from '../../../core/ingest/commit-version.ts'
import { settleArrivals } from '../../../core/ingest/settle.ts'
import type { NewVersion } from '../../../core/ports/index.ts'
import { recover } from '../../../core/upkeep/recover.ts'
import { sweep } from '../../../core/upkeep/sweep.ts'
import type { Opened } from './world.ts'
import { START_MS } from './world.ts'

/** Somebody at work: a function of the product, and what it promises and takes back. */
export interface Actor {
  name: string
  run(on: Omit<Opened, 'leave'>): Promise<unknown>
  /** The version that is acknowledged when `run` ends well. */
  brings?: string
  /** The version that may be gone from its first step on. */
  removes?: string
}

const DAY_MS = 24 * 60 * 60_000
const NO_GRACE = { graceMs: 0, trashMs: DAY_MS, uploadMs: DAY_MS, endedUploadMs: DAY_MS }

/** Stores the content as a document of its own, as every door does. */
export const uploader = (version: NewVersion): Actor => ({
  name: `upload ${version.name}`,
  run: ({ ports, staged }) => commitStaged(ports, staged, version),
  brings: version.versionId,
})

/** Removes a document for good: its pointer goes. */
export const remover = (version: NewVersion): Actor => ({
  name: `remove ${version.name}`,
  async run({ ports }) {
    const act = { traceId: '0'.repeat(32), now: START_MS }
    await ports.catalog.library.purge('all', version.documentId, act)
  },
  removes: version.versionId,
})

/** Compares what has arrived with what the box has, once. */
export const settler = (name = 'settle'): Actor => ({
  name,
  run: ({ ports }) => settleArrivals(ports),
})

/** Sweeps once, without any grace. @param lateMs how far its clock is ahead of everybody else's */
export const sweeper = (name = 'sweep', lateMs = 0): Actor => ({
  name,
  run: ({ ports }) => sweep(ports, NO_GRACE, START_MS + lateMs),
})

/** What every start does after a crash. */
export const recovery: Actor = { name: 'recover', run: ({ ports }) => recover(ports) }
