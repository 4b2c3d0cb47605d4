import { createCRC32, createSHA256, type IHasher } from 'hash-wasm'

/** Read at once; larger slices gained nothing and cost memory. */
export const SLICE_BYTES = 1024 * 1024

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

/** A stretch of a file, and what is known of the bytes before it. */
export interface Stretch {
  /** Absent for the first one. */
  state?: Uint8Array
  isLast: boolean
}

/** Goes on with a fingerprint. @returns the state after the stretch; of the last one the SHA-256 */
export async function digestOn(
  part: Blob,
  { state, isLast }: Stretch,
  { onRead, signal }: { onRead: (bytes: number) => void; signal: AbortSignal },
): Promise<Uint8Array> {
  const hash = await createSHA256()
  if (state) hash.load(state)
  await readInto(hash, part, { onRead, signal })
  return isLast ? hash.digest('binary') : hash.save()
}

/** CRC-32C of a part in hex. @throws what reading it throws, or the signal's reason */
export const checksumOf = async (part: Blob, signal?: AbortSignal): Promise<string> =>
  sumOf(part, await createCRC32(CASTAGNOLI), { ...(signal && { signal }) })

async function sumOf(file: Blob, hash: IHasher, reading: Reading): Promise<string> {
  await readInto(hash, file, reading)
  return hash.digest('hex')
}

interface Reading {
  onRead?: (bytes: number) => void
  signal?: AbortSignal
}

async function readInto(hash: IHasher, file: Blob, { onRead, signal }: Reading): Promise<void> {
  // Not by `file.stream()`: in Chromium it falls silent for good after a few GiB.
  for (let at = 0; at < file.size; at += SLICE_BYTES) {
    const slice = await file.slice(at, at + SLICE_BYTES).arrayBuffer()
    signal?.throwIfAborted()
    hash.update(new Uint8Array(slice))
    onRead?.(Math.min(file.size, at + SLICE_BYTES))
  }
}
