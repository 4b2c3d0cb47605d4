import { digestOfPath } from '../blob-path.ts'
import type { Digest } from '../digest.ts'
import { codeOf } from '../errors.ts'
import { newTraceId } from '../ids.ts'
import { EMBED_STEP } from '../pipeline/order.ts'
import type { Ports } from '../ports/index.ts'
import { discardEnded } from './discard-ended.ts'
import { prune } from './prune.ts'

/** How long things that nobody needs any more are kept, in milliseconds. */
export interface SweepTimes {
  /** Bytes without a pointer, of the box's own clock; with 0 they need not be seen twice either. */
  graceMs: number
  /** Documents in the trash. */
  trashMs: number
  /** Bytes of uploads that nobody goes on with. */
  uploadMs: number
  /** Rows of uploads that came to nothing. */
  endedUploadMs: number
}

export interface SweepResult {
  uploadsExpired: number
  /** Bytes that had arrived of those. */
  uploadBytesReclaimed: number
  documentsPurged: number
  blobsReaped: number
  bytesReclaimed: number
  /** Old rows of what happened: jobs that are done, traces, errors, events, ended sessions. */
  rowsPruned: number
}

type Stores = Pick<Ports, 'blobs' | 'catalog' | 'clock' | 'index'>

const BATCH = 200
/** Contents whose rows go in one transaction: their words go with them, and others want to write. */
const REAP_BATCH = 20
/** Rounds of the reaper in which bytes must have been without a pointer. */
const ROUNDS = 2
/** A publication takes seconds: one that was begun this long ago lost its process. */
const INTENT_MS = 24 * 60 * 60_000

/**
 * Removes what its time has come for: abandoned uploads, old trash, bytes without pointers, old rows
 * of the journal. Rows go first, bytes after, so that a crash in between leaves only work for the
 * next sweep. Safe beside uploads: a content that comes back meanwhile gets a path of its own. What
 * fails keeps the rest from nothing, and is thrown at the end.
 *
 * @param now what time it is, where the wall clock is not to be trusted
 */
export async function sweep(
  ports: Stores,
  times: SweepTimes,
  now: number = ports.clock.now(),
): Promise<SweepResult> {
  const result: SweepResult = {
    uploadsExpired: 0,
    uploadBytesReclaimed: 0,
    documentsPurged: 0,
    blobsReaped: 0,
    bytesReclaimed: 0,
    rowsPruned: 0,
  }
  const tasks = [
    () => expireUploads(ports, now - times.uploadMs, result),
    () => discardEnded(ports),
    async () => {
      result.documentsPurged = await purgeTrash(ports, now - times.trashMs)
    },
    // With no grace at all, what the trash has just let go goes in the same sweep.
    () => reap(ports, times.graceMs, result),
    () => ports.catalog.blobs.abandonIntents(now - INTENT_MS),
    () => removeReaped(ports, result),
    () => ports.blobs.clearStaging(2 * times.uploadMs),
    async () => {
      result.rowsPruned = await prune(ports, now, times.endedUploadMs)
    },
  ]
  const failures: unknown[] = []
  for (const task of tasks) await task().catch((cause: unknown) => failures.push(cause))
  if (failures.length > 0) throw failures[0]
  return result
}

async function expireUploads(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  before: number,
  result: SweepResult,
): Promise<void> {
  const traceId = newTraceId()
  for (;;) {
    const expired = await catalog.uploads.expire(before, BATCH, { traceId, now: clock.now() })
    result.uploadsExpired += expired.length
    for (const { sweptBytes } of expired) result.uploadBytesReclaimed += sweptBytes
    if (expired.length < BATCH) return
  }
}

async function purgeTrash(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  before: number,
): Promise<number> {
  const traceId = newTraceId()
  let purged = 0
  for (;;) {
    const ids = await catalog.library.expiredTrash(before, BATCH)
    for (const id of ids) {
      try {
        await catalog.library.purge('all', id, { traceId, now: clock.now() })
        purged++
      } catch (cause) {
        // Somebody was quicker: it is gone, or taken out of the trash.
        if (codeOf(cause) !== 'not_found' && codeOf(cause) !== 'conflict') throw cause
      }
    }
    if (ids.length < BATCH) return purged
  }
}

/** What was derived from a content loses its last reference with it, and goes in the same sweep. */
async function reap(ports: Stores, graceMs: number, result: SweepResult): Promise<void> {
  const { clock, catalog } = ports
  await catalog.care.beat({ boot: clock.boot(), ms: clock.monotonic() })
  const rule = { graceMs, rounds: graceMs > 0 ? ROUNDS : 1 }
  for (;;) {
    const paths = await catalog.blobs.reap(rule, REAP_BATCH)
    result.blobsReaped += paths.length
    await removeReaped(ports, result)
    if (paths.length === 0) return
  }
}

/** Removes the bytes and vectors of everything that has no row any more, whoever took the row away. */
async function removeReaped(ports: Stores, result: SweepResult): Promise<void> {
  const { catalog, blobs } = ports
  if (!(await catalog.blobs.mayRemove())) return
  const paths = await catalog.blobs.reapQueue()
  for (const path of paths) {
    result.bytesReclaimed += (await blobs.stat(path)) ?? 0
    await blobs.remove(path)
    await forgetVectors(ports, digestOfPath(path))
  }
  if (paths.length > 0) await catalog.blobs.forgetReaped(paths)
}

async function forgetVectors({ catalog, clock, index }: Stores, digest: Digest): Promise<void> {
  if (await catalog.blobs.live(digest)) return
  await index.remove(digest)
  // It may have come back, and been indexed, between the two.
  if (await catalog.blobs.live(digest)) {
    await catalog.jobs.requeue(EMBED_STEP.step, EMBED_STEP.version, digest, clock.now())
  }
}
