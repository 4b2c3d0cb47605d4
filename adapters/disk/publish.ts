import { link, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError, hasSystemCode } from '../../core/errors.ts'
import { stagedGone, unusableOr } from './trouble.ts'

/** What is needed of an open file once it is written. Closing it twice is not an error. */
export interface OpenFile {
  sync(): Promise<void>
  close(): Promise<void>
}

/**
 * Gives staged bytes a name for good. `link` fails on an existing name where `rename` would replace it.
 *
 * @param to `unsynced` is what is still to be synced of the bytes
 */
export async function publish(
  staged: string,
  to: { path: string; syncFolder: (path: string) => Promise<void>; unsynced?: OpenFile },
): Promise<void> {
  try {
    await link(staged, to.path)
  } catch (cause) {
    // Staged bytes are removed with their upload, which somebody may have ended meanwhile.
    if (hasSystemCode(cause, 'ENOENT')) throw stagedGone(cause)
    if (!hasSystemCode(cause, 'EEXIST')) throw unusableOr(cause)
    throw new AppError('conflict', 'A blob path was used twice.', { cause })
  }
  // Beside each other, one journal commit of the file system serves both.
  const syncs = await Promise.allSettled([to.unsynced?.sync(), to.syncFolder(dirname(to.path))])
  // Never tried again: a second sync would say that all is well of bytes that are lost.
  for (const sync of syncs) if (sync.status === 'rejected') throw unusableOr(sync.reason)
}

/** Removes a file that may be gone already: one call, where `rm` looks first. */
export async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (cause) {
    if (!hasSystemCode(cause, 'ENOENT')) throw cause
  }
}
