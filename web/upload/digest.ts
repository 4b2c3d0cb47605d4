import { createSHA256 } from 'hash-wasm'

/** Read at once; larger slices gained nothing and cost memory. */
export const SLICE_BYTES = 4 * 1024 * 1024

/**
 * SHA-256 of a file in hex, in constant memory. WebAssembly, because `crypto.subtle` is missing on
 * plain HTTP and needs the whole file in memory where it exists (2 GB for a 1 GiB file).
 *
 * @throws what reading the file throws, or the signal's reason
 */
export async function digestOf(
  file: Blob,
  onRead: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<string> {
  const hash = await createSHA256()
  for (let at = 0; at < file.size; at += SLICE_BYTES) {
    const slice = await file.slice(at, at + SLICE_BYTES).arrayBuffer()
    signal?.throwIfAborted()
    hash.update(new Uint8Array(slice))
    onRead(Math.min(file.size, at + SLICE_BYTES))
  }
  return hash.digest('hex')
}
