import { createCRC32, createSHA256, type IHasher } from 'hash-wasm'

/** Bytes between two words of progress, and of a slice where files are read so. */
export const SLICE_BYTES = 4 * 1024 * 1024

/** Reflected polynomial of CRC-32C (Castagnoli), the checksum of parts. */
const CASTAGNOLI = 0x82f63b78

/**
 * SHA-256 of a file in hex, in constant memory. WebAssembly, because `crypto.subtle` is missing on
 * plain HTTP and needs the whole file in memory where it exists (2 GB for a 1 GiB file).
 *
 * @throws what reading the file throws, or the signal's reason
 */
export const digestOf = async (
  file: Blob,
  onRead: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<string> => sumOf(file, await createSHA256(), { onRead, ...(signal && { signal }) })

/** CRC-32C of a part in hex. @throws what reading it throws, or the signal's reason */
export const checksumOf = async (part: Blob, signal?: AbortSignal): Promise<string> =>
  sumOf(part, await createCRC32(CASTAGNOLI), { ...(signal && { signal }) })

async function sumOf(
  file: Blob,
  hash: IHasher,
  { onRead, signal }: { onRead?: (bytes: number) => void; signal?: AbortSignal },
): Promise<string> {
  let read = 0
  let told = 0
  for await (const piece of piecesOf(file)) {
    signal?.throwIfAborted()
    hash.update(piece)
    read += piece.byteLength
    if (read - told < SLICE_BYTES && read < file.size) continue
    told = read
    onRead?.(read)
  }
  return hash.digest('hex')
}

const BUFFER_BYTES = 1024 * 1024

/**
 * The bytes of a file, in order; each piece until the next is asked for. They are read into one
 * buffer over and over: new buffers pile up to 200 MB before a browser clears them away.
 */
async function* piecesOf(file: Blob): AsyncGenerator<Uint8Array> {
  const reader = readerOf(file)
  if (!reader) {
    yield* slicesOf(file)
    return
  }
  let buffer = new ArrayBuffer(BUFFER_BYTES)
  try {
    for (;;) {
      const { value, done } = await reader.read(new Uint8Array(buffer))
      if (done || !value) return
      yield value
      buffer = value.buffer
    }
  } finally {
    await reader.cancel()
  }
}

/** Not every browser reads a file into a buffer that it is given. */
function readerOf(file: Blob): ReadableStreamBYOBReader | undefined {
  try {
    return file.stream().getReader({ mode: 'byob' })
  } catch {
    return undefined
  }
}

async function* slicesOf(file: Blob): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.size; at += SLICE_BYTES) {
    yield new Uint8Array(await file.slice(at, at + SLICE_BYTES).arrayBuffer())
  }
}
