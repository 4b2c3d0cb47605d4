import { hashing } from '../core/digest.ts'
import { AppError } from '../core/errors.ts'
import type { ShareEntry } from '../core/ports/index.ts'
import { rawPathOf } from '../core/share/raw-path.ts'
import { isSame } from '../core/share/stamp.ts'
import { openSource } from './safe-open.ts'
import type { ShareWatch } from './share-watch.ts'

/** What reading again may take of a file server, over time: 84 GiB a day. */
const BYTES_PER_SECOND = 2 ** 20
/** Saved up at most, for a share that was not looked at for long. */
const MOST_BYTES = 256 * 2 ** 20
const PAGE = 100

/**
 * Reads stored files of a share once more, some at each call, round and round in the order of their
 * paths: where nobody vouches for ctime, an edit that keeps size and times shows only so. What is found
 * to differ counts as never seen, so that the next scan takes it as a version.
 *
 * @returns how many differ
 */
export async function rereadSome(watch: ShareWatch, signal: AbortSignal): Promise<number> {
  const { ports, share, board, rereading } = watch
  const nowMs = ports.clock.monotonic()
  const earned = ((nowMs - rereading.lastMs) / 1_000) * BYTES_PER_SECOND
  rereading.lastMs = nowMs
  rereading.bytes = Math.min(rereading.bytes + earned, MOST_BYTES)
  let changed = 0
  while (rereading.bytes > 0) {
    const from = board.last().rereadTo
    const page = await ports.catalog.shares.entries(share.id, {
      limit: PAGE,
      state: 'stored',
      ...(from !== undefined && { afterPath: Buffer.from(from, 'latin1') }),
    })
    for (const entry of page) {
      if (rereading.bytes <= 0) return changed
      // A small file costs a look, too.
      rereading.bytes -= Math.max(entry.sizeBytes, 4_096)
      if (await differs(watch, entry, signal)) {
        changed++
        await ports.catalog.shares.putEntries([{ ...entry, ctimeNs: '0' }])
      }
      board.set({ rereadTo: rawPathOf(entry.path) })
    }
    if (page.length < PAGE) {
      board.set({ rereadTo: '' })
      return changed
    }
  }
  return changed
}

/** Whether a file is not what was stored of it, though nothing about it has changed. */
async function differs(
  { ports, root }: ShareWatch,
  entry: ShareEntry,
  signal: AbortSignal,
): Promise<boolean> {
  if (root === undefined || entry.versionId === undefined) return false
  const version = await ports.catalog.library.version('all', entry.versionId)
  if (!version) return false
  try {
    const source = await openSource(root, rawPathOf(entry.path))
    if (!source) return false
    try {
      if (!isSame(entry, source.stamp)) return false // the next scan sees that by itself
      const bytes = hashing(source.bytes(signal))
      for await (const _ of bytes) signal.throwIfAborted()
      await source.confirm()
      return bytes.digest() !== version.digest
    } finally {
      await source.close()
    }
  } catch (cause) {
    // What cannot be read now, or is being written, is for the next scan, or the next round.
    if (cause instanceof AppError) return false
    throw cause
  }
}
