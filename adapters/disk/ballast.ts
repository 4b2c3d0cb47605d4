import { randomFillSync } from 'node:crypto'
import { open, rename, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { hasSystemCode } from '../../core/errors.ts'
import { syncDirectory } from './sync.ts'

const CHUNK_BYTES = 1024 * 1024
/** The disk must have this many times the ballast free before it is taken. */
const PLENTY = 8

/** Room that is held by a file, to be given up when the disk is full. */
export interface Ballast {
  /** Writes the file where it is missing and there is plenty of room. False when it is not there then. */
  fill(): Promise<boolean>
  /** Removes the file, at once. False when there was none. */
  release(): Promise<boolean>
}

/** A file `ballast` in `root`, of bytes that no file system makes smaller. */
export function diskBallast(root: string, sizeBytes: number): Ballast {
  const file = join(root, 'ballast')
  return {
    async fill() {
      if ((await sizeOf(file)) === sizeBytes) return true
      await rm(file, { force: true })
      const { bavail, bsize } = await statfs(root)
      if (sizeBytes === 0 || bavail * bsize < sizeBytes * PLENTY) return false
      const unfinished = `${file}.new`
      try {
        await write(unfinished, sizeBytes)
        await rename(unfinished, file)
        await syncDirectory(root)
      } finally {
        await rm(unfinished, { force: true })
      }
      return true
    },

    async release() {
      await rm(`${file}.new`, { force: true })
      if ((await sizeOf(file)) === undefined) return false
      await rm(file, { force: true })
      await syncDirectory(root)
      return true
    },
  }
}

async function write(file: string, sizeBytes: number): Promise<void> {
  const chunk = Buffer.alloc(CHUNK_BYTES)
  const out = await open(file, 'w', 0o600)
  try {
    for (let at = 0; at < sizeBytes; at += CHUNK_BYTES) {
      randomFillSync(chunk)
      await out.appendFile(chunk.subarray(0, Math.min(CHUNK_BYTES, sizeBytes - at)))
    }
    await out.sync()
  } finally {
    await out.close()
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size
  } catch (cause) {
    if (hasSystemCode(cause, 'ENOENT')) return undefined
    throw cause
  }
}
