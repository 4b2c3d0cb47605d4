import { createGunzip } from 'node:zlib'
import type { ParserFile } from '../../core/ports/parser.ts'
import { isBomb, LIMITS, refused, tooLarge } from './limits.ts'

const CHUNK_BYTES = 256 * 1024

/** That an archive is longer than is walked; what was listed of it stays. */
export const BEYOND = 'ENTRY_LIMIT'

/** All bytes of the file, from its beginning. */
async function* chunksOf(file: ParserFile, tell: (read: number) => void) {
  for (let at = 0; at < file.sizeBytes; ) {
    const chunk = file.read(at, CHUNK_BYTES)
    if (chunk.length === 0) return
    at += chunk.length
    tell(at)
    yield chunk
  }
}

/**
 * The bytes of an archive, unpacked on the way where they are packed, as long as it is no bomb.
 *
 * @throws AppError from the generator: `TOO_LARGE_INSIDE`, `ENTRY_LIMIT` after the bytes that are walked
 */
export async function* bytesOf(file: ParserFile, isPacked: boolean): AsyncGenerator<Uint8Array> {
  let packed = 0
  let unpacked = 0
  const chunks = chunksOf(file, (read) => {
    packed = read
  })
  for await (const chunk of isPacked ? inflated(chunks) : chunks) {
    unpacked += chunk.length
    if (isPacked && isBomb(packed, unpacked)) throw tooLarge()
    if (unpacked > LIMITS.totalBytes) {
      throw refused(BEYOND, 'This archive is longer than is looked at.')
    }
    yield chunk
  }
}

async function* inflated(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip()
  const feed = async () => {
    for await (const chunk of chunks) {
      if (gunzip.destroyed) return
      await new Promise<void>((resolve, reject) => {
        gunzip.write(chunk, (error) => (error ? reject(error) : resolve()))
      })
    }
    gunzip.end()
  }
  // What goes wrong here comes out below.
  feed().catch((error: Error) => gunzip.destroy(error))
  yield* gunzip
}
