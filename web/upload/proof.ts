import { createHMAC, createSHA256 } from 'hash-wasm'
import { SLICE_BYTES } from './digest.ts'

/** What the server asks of whoever wants to skip sending a file; bytes in hex. */
export interface Challenge {
  cid: string
  nonce: string
  seed: string
  kind: 'full' | 'strata'
  holder: string
}

/** A challenge and the upload that it came with. */
export interface ProofOrder {
  challenge: Challenge
  docId: string
  /** SHA-256 of the file, in hex. */
  digest: string
}

const STRATA = 2048
const PIECE_BYTES = 4096
const HEAD_BYTES = 64 * 1024
const TAIL_BYTES = 1024 * 1024

/**
 * The answer to a challenge, 64 hex characters, in constant memory: HMAC-SHA256 over what the answer
 * is bound to and the bytes of the file, as docs/api.md lays it out.
 *
 * @throws what reading the file throws, or the signal's reason
 */
export async function proofOf(
  file: Blob,
  order: ProofOrder,
  signal?: AbortSignal,
): Promise<string> {
  const mac = await createHMAC(createSHA256(), bytesOf(order.challenge.nonce))
  mac.init()
  for (const field of headOf(order, file.size)) mac.update(field)
  for (const { start, length } of await rangesOf(order.challenge, file.size)) {
    for (let at = start; at < start + length; at += SLICE_BYTES) {
      const end = Math.min(at + SLICE_BYTES, start + length)
      const slice = await file.slice(at, end).arrayBuffer()
      signal?.throwIfAborted()
      mac.update(new Uint8Array(slice))
    }
  }
  return mac.digest('hex')
}

function headOf({ challenge, docId, digest }: ProofOrder, sizeBytes: number): Uint8Array[] {
  const text = (words: string) => new TextEncoder().encode(words)
  const size = new Uint8Array(8)
  new DataView(size.buffer).setBigUint64(0, BigInt(sizeBytes))
  const { cid, holder, kind, seed } = challenge
  return [
    text('ofp1-proof'),
    bytesOf(cid),
    bytesOf(holder),
    text(docId),
    size,
    bytesOf(digest),
    text(kind),
    ...(kind === 'strata' ? [bytesOf(seed)] : []),
  ]
}

/** The whole file; or its head, a piece of each stratum and its tail. */
async function rangesOf(
  { kind, seed }: Challenge,
  sizeBytes: number,
): Promise<{ start: number; length: number }[]> {
  if (kind === 'full') return [{ start: 0, length: sizeBytes }]
  const width = Math.floor(sizeBytes / STRATA)
  const mac = await createHMAC(createSHA256(), bytesOf(seed))
  const pieces = Array.from({ length: STRATA }, (_, index) => {
    const number = new Uint8Array(4)
    new DataView(number.buffer).setUint32(0, index)
    const place = mac.init().update('r').update(number).digest('binary')
    const first = new DataView(place.buffer, place.byteOffset).getBigUint64(0)
    const offset = Number(first % BigInt(width - PIECE_BYTES + 1))
    return { start: index * width + offset, length: PIECE_BYTES }
  })
  const tail = Math.min(TAIL_BYTES, sizeBytes)
  return [
    { start: 0, length: Math.min(HEAD_BYTES, sizeBytes) },
    ...pieces,
    { start: sizeBytes - tail, length: tail },
  ]
}

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
