import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Digest, hashing } from '../../core/digest.ts'
import { writeAll } from './write.ts'

const READ_BYTES = 1024 * 1024

/** Writes `source` at `offset` of a file that other parts are written to, and syncs file and name. */
export async function writePart(
  {
    path,
    offset,
    syncFolder,
  }: { path: string; offset: number; syncFolder: (path: string) => Promise<void> },
  source: AsyncIterable<Uint8Array>,
): Promise<void> {
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o640)
  try {
    let at = offset
    for await (const chunk of source) {
      await writeAll(file, chunk, at)
      at += chunk.byteLength
    }
    await file.sync()
  } finally {
    await file.close()
  }
  // Every time: whoever opened the file first may still be writing when another part is through.
  await syncFolder(dirname(path))
}

/** Reads the whole file once, and makes it read-only: what was hashed is what will be published. */
export async function digestOfParts(path: string): Promise<{ digest: Digest; sizeBytes: number }> {
  const file = await open(path, 'r')
  try {
    await file.chmod(0o440)
    const bytes = hashing(file.createReadStream({ highWaterMark: READ_BYTES, autoClose: false }))
    for await (const _ of bytes);
    return { digest: bytes.digest(), sizeBytes: bytes.size() }
  } finally {
    await file.close()
  }
}
