import { type FileHandle, open } from 'node:fs/promises'
import { unusableOr } from './trouble.ts'

/** Writes all of `source` and syncs it: what is acknowledged survives a power cut. */
export async function writeDurably(path: string, source: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await writeNew(path, source)
  try {
    await file.sync()
  } catch (cause) {
    throw unusableOr(cause)
  } finally {
    await file.close()
  }
}

/**
 * Writes all of `source` to a new file, and leaves it open: what the disk fails to write later is told
 * to whoever has had it open since.
 */
export async function writeNew(
  path: string,
  source: AsyncIterable<Uint8Array>,
): Promise<FileHandle> {
  const file = await open(path, 'wx', 0o440).catch((cause: unknown) => {
    throw unusableOr(cause)
  })
  try {
    let at = 0
    for await (const chunk of source) {
      await writeAll(file, chunk, at)
      at += chunk.byteLength
    }
    return file
  } catch (cause) {
    await file.close()
    throw cause
  }
}

/** Writes all of `chunk` at `at`: one call may stop short, as on a disk that is nearly full. */
export async function writeAll(file: FileHandle, chunk: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < chunk.byteLength; ) {
    const { bytesWritten } = await file.write(chunk, done, chunk.byteLength - done, at + done)
    done += bytesWritten
  }
}
