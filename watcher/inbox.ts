import type { Ports, Share, ShareEntry } from '../core/ports/index.ts'
import { bytesOf, type RawPath } from '../core/share/raw-path.ts'
import { readBack } from '../core/share/read-back.ts'
import type { Stamp } from '../core/share/stamp.ts'
import { putAside } from './put-aside.ts'

/** A file of an inbox share that is stored. */
export interface StoredSource {
  share: Share
  root: string
  path: RawPath
  stamp: Stamp
  /** What it became; undefined when that is gone. */
  versionId: string | undefined
}

/** A file of an inbox that lies in `done`. */
export interface MovedFile {
  path: RawPath
  /** As it was stored. */
  stamp: Stamp
  versionId: string
}

/**
 * Moves a stored file of an inbox to `done`, when its stored copy was read back and is what it should
 * be; then it is none of the share any more, but for a record of where it lies now, as somebody may
 * still have it open. A crash between any two of these steps leaves the file where it was, or in
 * `done`: the next scan goes on from there.
 *
 * @returns undefined when nothing is stored of it any more
 * @throws AppError with a reason of `source-error.ts`; the file stays where it is then
 */
export async function putAsideStored(
  { blobs, catalog, clock }: Pick<Ports, 'blobs' | 'catalog' | 'clock'>,
  { share, root, path, stamp, versionId }: StoredSource,
  signal: AbortSignal,
): Promise<MovedFile | undefined> {
  if (versionId === undefined) return undefined
  if (!(await readBack({ blobs, catalog }, versionId, signal))) return undefined
  const now = clock.now()
  const moved: MovedFile = { path, stamp, versionId }
  const announce = async (to: RawPath) => {
    moved.path = to
    await catalog.shares.putEntries([recordOf(share.id, moved, { now })])
  }
  try {
    await putAside(root, { path, stamp }, { date: dateOf(now), announce })
  } catch (cause) {
    if (moved.path !== path) await catalog.shares.forget(share.id, [bytesOf(moved.path)])
    throw cause
  }
  await catalog.shares.forget(share.id, [bytesOf(path)])
  return moved
}

/**
 * The record of a file as it was stored. Without a document, which is tied to no source any more, it
 * is that of one in `done`.
 */
export const recordOf = (
  shareId: string,
  { path, stamp, versionId }: MovedFile,
  { now, documentId }: { now: number; documentId?: string },
): ShareEntry => ({
  shareId,
  path: bytesOf(path),
  ...stamp,
  state: 'stored',
  versionId,
  ...(documentId !== undefined && { documentId }),
  attempts: 0,
  updatedAt: now,
})

/** `2026-11-21`, on the calendar of this machine. */
const dateOf = (epochMs: number): string =>
  new Date(epochMs).toLocaleDateString('sv-SE', { dateStyle: 'short' })
