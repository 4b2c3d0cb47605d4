import { randomUUID } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hasSystemCode } from '../../core/errors.ts'

/** More than a few pages of the catalog, so that what a quota leaves is not taken for room. */
const TRY = new Uint8Array(256 * 1024)
const FULL = ['ENOSPC', 'EDQUOT']

/** Tries to write and sync a small file in `folder`, and removes it. True when there is no room for it. */
export async function hasNoRoom(folder: string): Promise<boolean> {
  const path = join(folder, `room-${randomUUID()}`)
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(TRY)
      await file.sync()
    } finally {
      await file.close()
    }
    return false
  } catch (cause) {
    // Whatever else it is, it is not for want of room: the disk's failure stands.
    return FULL.some((code) => hasSystemCode(cause, code))
  } finally {
    await rm(path, { force: true }).catch(() => undefined)
  }
}
