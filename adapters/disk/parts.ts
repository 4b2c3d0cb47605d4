import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { WrittenPart } from './part-digests.ts'
import { writeAll } from './write.ts'

/**
 * Writes `source` at `offset` of a file that other parts are written to, and syncs file and name.
 */
export async function writePart(
  {
    path,
    offset,
    syncFolder,
  }: { path: string; offset: number; syncFolder: (path: string) => Promise<void> },
  source: AsyncIterable<Uint8Array>,
): Promise<WrittenPart> {
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o640)
  let at = offset
  let changedNs = 0n
  try {
    for await (const chunk of source) {
      await writeAll(file, chunk, at)
      at += chunk.byteLength
    }
    await file.sync()
    changedNs = (await file.stat({ bigint: true })).mtimeNs
  } finally {
    await file.close()
  }
  // Every time: whoever opened the file first may still be writing when another part is through.
  await syncFolder(dirname(path))
  return { from: offset, to: at, changedNs }
}
