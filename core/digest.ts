import { createHash } from 'node:crypto'

/** SHA-256 of a blob's bytes: 64 lower-case hex characters (FIPS 180-4). */
export type Digest = string & { readonly brand: 'Digest' }

const HEX_SHA256 = /^[0-9a-f]{64}$/

/** Narrows user input to a digest, upper case accepted, or returns undefined. */
export function parseDigest(text: string): Digest | undefined {
  const lower = text.trim().toLowerCase()
  return HEX_SHA256.test(lower) ? (lower as Digest) : undefined
}

/**
 * Passes chunks through unchanged while hashing and counting them. Call `digest()` once, after the
 * source has ended.
 */
export function hashing(source: AsyncIterable<Uint8Array>) {
  const hash = createHash('sha256')
  let size = 0
  return {
    async *[Symbol.asyncIterator]() {
      for await (const chunk of source) {
        hash.update(chunk)
        size += chunk.byteLength
        yield chunk
      }
    },
    digest: () => hash.digest('hex') as Digest,
    /** Bytes seen so far. */
    size: () => size,
  }
}
