import type { Ports } from '../ports/index.ts'

const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS
const BATCH = 2_000
/** Rows that are kept at most, whatever their age: a flood must not fill the disk. */
const MOST = { traces: 1_000_000, errors: 100_000 }

/**
 * How long the box remembers what happened, in milliseconds. The audit is kept for ever.
 * docs/operations.md tells people of these.
 */
const KEPT_MS = {
  /** Live views ask for what they missed while they were away. */
  events: HOUR_MS,
  traces: 30 * DAY_MS,
  errors: 90 * DAY_MS,
  /** Sessions and tokens stay this long after their end, for their owners to see. */
  credentials: 30 * DAY_MS,
  /** Requests of uploads that became files. What came of them is in the audit. */
  uploads: 90 * DAY_MS,
  /** Steps of contents; what they found is in their derivations. */
  steps: DAY_MS,
  /** Jobs as people see them, one a version. */
  jobs: 30 * DAY_MS,
}

/**
 * Removes old rows of what happened, few at a time so that nobody waits long to write.
 *
 * @param endedUploadMs how long uploads stay that came to nothing
 * @returns how many, sessions and tokens apart
 */
export async function prune(
  { catalog }: Pick<Ports, 'catalog'>,
  now: number,
  endedUploadMs: number,
): Promise<number> {
  const { jobs, journal, people, uploads } = catalog
  await people.pruneCredentials(now - KEPT_MS.credentials)
  let pruned = 0
  for (const kind of ['events', 'traces', 'errors'] as const) {
    const flooded = kind === 'events' ? undefined : await journal.overflow(kind, MOST[kind])
    const before = Math.max(now - KEPT_MS[kind], flooded ?? 0)
    pruned += await inBatches(() => journal.prune(kind, before, BATCH))
  }
  pruned += await inBatches(() => uploads.prune('complete', now - KEPT_MS.uploads, BATCH))
  pruned += await inBatches(() => uploads.prune('ended', now - endedUploadMs, BATCH))
  for (const kind of ['steps', 'jobs'] as const) {
    pruned += await inBatches(() => jobs.prune(kind, now - KEPT_MS[kind], BATCH))
  }
  return pruned
}

async function inBatches(removeSome: () => Promise<number>): Promise<number> {
  let removed = 0
  for (;;) {
    const some = await removeSome()
    removed += some
    if (some < BATCH) return removed
  }
}
