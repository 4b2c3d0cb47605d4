import { createHash } from 'node:crypto'

/** A content of a pool: equal numbers are equal bytes, so that many bring the same. */
export interface Content {
  bytes: Uint8Array<ArrayBuffer>
  digest: string
}

/** Sizes in bytes, by turns: empty, small, one part exactly, and more than one of 64 KiB. */
const SIZES = [3_000, 0, 40_000, 65_536, 1, 150_000, 9_000, 70_001]

/** The content with that number, of a size of its own; readable text, which the worker understands. */
export function content(number: number): Content {
  const sizeBytes = number === 1 ? 0 : Math.max(12, SIZES[number % SIZES.length] ?? 0)
  return filled(`Content ${number}. The pump of hall ${number} is looked after daily.\n`, sizeBytes)
}

/** Bytes that say `text` over and over. */
export function filled(text: string, sizeBytes: number): Content {
  const bytes = new Uint8Array(Buffer.alloc(sizeBytes, text))
  return { bytes, digest: sha256(bytes) }
}

export const sha256 = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex')

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
