import type { Ports, Share } from '../core/ports/index.ts'
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

/**
 * Moves a stored file of an inbox to `done`, when its stored copy was read back and is what it should
 * be; then it is none of the share any more. A crash between any two of these steps leaves the file
 * where it was, or in `done`: the next scan goes on from there.
 *
 * @returns false when nothing is stored of it any more
 * @throws AppError with a reason of `source-error.ts`; the file stays where it is then
 */
export async function putAsideStored(
  ports: Pick<Ports, 'blobs' | 'catalog' | 'clock'>,
  { share, root, path, stamp, versionId }: StoredSource,
  signal: AbortSignal,
): Promise<boolean> {
  if (versionId === undefined || !(await readBack(ports, versionId, signal))) return false
  await putAside(root, { path, stamp }, dateOf(ports.clock.now()))
  await ports.catalog.shares.forget(share.id, [bytesOf(path)])
  return true
}

/** `2026-11-21`, on the calendar of this machine. */
const dateOf = (epochMs: number): string =>
  new Date(epochMs).toLocaleDateString('sv-SE', { dateStyle: 'short' })
