import { digestOfPath } from '../blob-path.ts'
import { newTraceId } from '../ids.ts'
import type { Ports } from '../ports/index.ts'

/** How long things that nobody needs any more are kept, in milliseconds. */
export interface SweepTimes {
  /** Bytes without a pointer. */
  graceMs: number
  /** Documents in the trash. */
  trashMs: number
  /** Uploads that were never completed. */
  uploadMs: number
}

export interface SweepResult {
  uploadsExpired: number
  documentsPurged: number
  blobsReaped: number
  bytesReclaimed: number
}

const BATCH = 200
const EVENTS_KEPT_MS = 60 * 60_000
/** Sessions and tokens stay this long after their end, for their owners to see. */
const CREDENTIALS_KEPT_MS = 30 * 24 * 60 * 60_000

/**
 * Removes what its time has come for: abandoned uploads, old trash, bytes without pointers. Rows go
 * first, bytes after, so that a crash in between leaves only work for recovery. Safe beside uploads:
 * a content that comes back meanwhile gets a path of its own.
 */
export async function sweep(
  ports: Pick<Ports, 'blobs' | 'catalog' | 'clock' | 'index'>,
  times: SweepTimes,
): Promise<SweepResult> {
  const { catalog, clock } = ports
  const now = clock.now()
  const result = {
    uploadsExpired: await expireUploads(ports, now - times.uploadMs),
    documentsPurged: await purgeTrash(ports, now - times.trashMs),
    ...(await reap(ports, now - times.graceMs)),
  }
  await catalog.journal.pruneEvents(now - EVENTS_KEPT_MS)
  await catalog.people.pruneCredentials(now - CREDENTIALS_KEPT_MS)
  return result
}

async function expireUploads(
  { catalog, blobs, clock }: Pick<Ports, 'catalog' | 'blobs' | 'clock'>,
  before: number,
): Promise<number> {
  const expired = await catalog.uploads.expire(before, clock.now())
  for (const id of expired) await blobs.discardStaged(id)
  return expired.length
}

async function purgeTrash(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  before: number,
): Promise<number> {
  const traceId = newTraceId()
  let purged = 0
  for (;;) {
    const ids = await catalog.library.expiredTrash(before, BATCH)
    for (const id of ids) await catalog.library.purge('all', id, { traceId, now: clock.now() })
    purged += ids.length
    if (ids.length < BATCH) return purged
  }
}

async function reap(
  { catalog, blobs, index }: Pick<Ports, 'catalog' | 'blobs' | 'index'>,
  zeroBefore: number,
): Promise<Pick<SweepResult, 'blobsReaped' | 'bytesReclaimed'>> {
  let bytesReclaimed = 0
  for (let blobsReaped = 0; ; ) {
    const paths = await catalog.blobs.reap(zeroBefore, BATCH)
    for (const path of paths) {
      bytesReclaimed += (await blobs.stat(path)) ?? 0
      await blobs.remove(path)
      const digest = digestOfPath(path)
      if (!(await catalog.blobs.live(digest))) await index.remove(digest)
    }
    await catalog.blobs.forgetReaped(paths)
    blobsReaped += paths.length
    // What was derived from a reaped content loses its last reference with it.
    if (paths.length === 0) return { blobsReaped, bytesReclaimed }
  }
}
