import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Digest, hashing } from '../../core/digest.ts'
import { syncDirectory } from './sync.ts'

const READ_BYTES = 1024 * 1024

/** Writes `source` at `offset` of a file that other parts are written to, and syncs file and name. */
export async function writePart(
  path: string,
  offset: number,
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
  await syncDirectory(dirname(path))
}

async function writeAll(file: FileHandle, chunk: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < chunk.byteLength; ) {
    // May stop short, as on a disk that is nearly full.
    const { bytesWritten } = await file.write(chunk, done, chunk.byteLength - done, at + done)
    done += bytesWritten
  }
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
