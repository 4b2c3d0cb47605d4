import { createHash, type Hmac } from 'node:crypto'
import type { Digest } from '../digest.ts'
import type { ProofKind } from './ranges.ts'

/** What the box asks whoever wants to skip sending a file. Ids and random bytes in hex. */
export interface Challenge {
  /** 16 random bytes. */
  id: string
  /** 32 random bytes: the key of the proof. */
  nonce: Uint8Array
  /** 32 random bytes. */
  seed: Uint8Array
  kind: ProofKind
  /** 32 bytes: the account and the credential that were asked, and nobody else. */
  holder: Uint8Array
}

/** What a proof is about. */
export interface Claim {
  uploadId: string
  digest: Digest
  sizeBytes: number
}

/** Binds a challenge to who was asked: SHA-256 of `<account id>|<session or token id>`. */
export const holderOf = (userId: string, credentialId: string): Buffer =>
  createHash('sha256').update(`${userId}|${credentialId}`).digest()

/**
 * Everything that the proof covers before the first byte of the file; its layout is that of
 * docs/api.md, and has no two readings: all but the last two fields have fixed lengths.
 */
export function proofHead(challenge: Challenge, claim: Claim): Buffer {
  const size = Buffer.alloc(8)
  size.writeBigUInt64BE(BigInt(claim.sizeBytes))
  return Buffer.concat([
    Buffer.from('ofp1-proof'),
    Buffer.from(challenge.id, 'hex'),
    challenge.holder,
    Buffer.from(claim.uploadId),
    size,
    Buffer.from(claim.digest, 'hex'),
    Buffer.from(challenge.kind),
    ...(challenge.kind === 'strata' ? [challenge.seed] : []),
  ])
}

/** Reads into a buffer from a place in the file, as `readSync` does; returns the bytes read. */
export type ReadAt = (into: Uint8Array, length: number, position: number) => number

const READ_BYTES = 2 ** 20

/**
 * Feeds the ranges to `mac` in constant memory.
 *
 * @returns false when the file ended early or `isOver` said so; the proof is worth nothing then
 */
export function coverRanges(
  mac: Hmac,
  ranges: Iterable<{ start: number; length: number }>,
  { read, isOver }: { read: ReadAt; isOver: () => boolean },
): boolean {
  const buffer = Buffer.allocUnsafe(READ_BYTES)
  for (const { start, length } of ranges) {
    for (let at = start; at < start + length; ) {
      if (isOver()) return false
      const count = read(buffer, Math.min(READ_BYTES, start + length - at), at)
      if (count === 0) return false
      mac.update(buffer.subarray(0, count))
      at += count
    }
  }
  return true
}
