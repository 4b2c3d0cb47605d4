import { readdir, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { hasSystemCode } from '../../core/errors.ts'
import { diskBallast } from './ballast.ts'

/** What a catalog needs to be opened and cleaned up. */
const ENOUGH_BYTES = 16 * 2 ** 20

/**
 * Frees what nobody was told of: staged bytes, and where that is too little the ballast. Needs no
 * catalog, and only makes sense while nobody else uses the folder.
 */
export async function makeRoom(root: string, ballastBytes: number): Promise<void> {
  const staging = join(root, 'staging')
  for (const name of await namesIn(staging)) await rm(join(staging, name), { force: true })
  if ((await namesIn(root)).length === 0) return
  const { bavail, bsize } = await statfs(root)
  if (bavail * bsize < ENOUGH_BYTES) await diskBallast(root, ballastBytes).release()
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (cause) {
    if (hasSystemCode(cause, 'ENOENT')) return []
    throw cause
  }
}
