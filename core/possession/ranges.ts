import { createHmac } from 'node:crypto'

/** How much of a file a proof covers: all of it, or a piece of each of 2048 strata. */
export type ProofKind = 'full' | 'strata'

/** Files below this are never asked for a proof: sending them is as quick. */
export const LEAST_BYTES = 2 ** 20
/** Files above this are proved by strata. */
export const MOST_FULL_BYTES = 2 ** 30

const STRATA = 2048
const PIECE_BYTES = 4096
const HEAD_BYTES = 64 * 1024
const TAIL_BYTES = 2 ** 20

/** Decided by the size alone: it says nothing of what the box knows. */
export const kindFor = (sizeBytes: number): ProofKind =>
  sizeBytes <= MOST_FULL_BYTES ? 'full' : 'strata'

export interface Range {
  start: number
  length: number
}

/**
 * The bytes that a proof covers, in the order in which they are taken (docs/api.md). The tail is
 * always among them: office files of two revisions often differ there only.
 *
 * @param seed 32 random bytes; places the pieces in their strata
 */
export function* rangesOf(
  { kind, seed }: { kind: ProofKind; seed: Uint8Array },
  sizeBytes: number,
): Generator<Range> {
  if (kind === 'full') {
    yield { start: 0, length: sizeBytes }
    return
  }
  yield { start: 0, length: Math.min(HEAD_BYTES, sizeBytes) }
  const width = Math.floor(sizeBytes / STRATA)
  for (let index = 0; index < STRATA; index++) {
    yield { start: index * width + placeIn(seed, index, width), length: PIECE_BYTES }
  }
  const tail = Math.min(TAIL_BYTES, sizeBytes)
  yield { start: sizeBytes - tail, length: tail }
}

/** Of the first 8 bytes, big-endian, of HMAC-SHA256(seed, "r" || index): 64 bits leave no bias. */
function placeIn(seed: Uint8Array, index: number, width: number): number {
  const number = Buffer.alloc(4)
  number.writeUInt32BE(index)
  const mac = createHmac('sha256', seed).update('r').update(number).digest()
  return Number(mac.readBigUInt64BE() % BigInt(width - PIECE_BYTES + 1))
}

/** How many bytes are read to check a proof. */
export const bytesCovered = (kind: ProofKind, sizeBytes: number): number =>
  kind === 'full' ? sizeBytes : HEAD_BYTES + STRATA * PIECE_BYTES + TAIL_BYTES
