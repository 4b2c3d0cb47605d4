import type { UnpackedEntry } from '../ports/extractor.ts'

const HEAD_BYTES = 9
const BYTES = 0
const FAILURE = 1

/** Room that the answer needs beside the bytes of each entry: its head, or why it has none. */
export const FRAME_BYTES = 1024
const MOST_MESSAGE = 500

/** An entry as it comes from a parser: index (4 bytes), kind (1), length (4), all big-endian, payload. */
export function unpackedFrames({ index, bytes, failure }: UnpackedEntry): [Uint8Array, Uint8Array] {
  const { reason = '', message = '' } = failure ?? {}
  const payload = bytes ?? Buffer.from(JSON.stringify([reason, message.slice(0, MOST_MESSAGE / 4)]))
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUInt32BE(index, 0)
  head.writeUInt8(bytes ? BYTES : FAILURE, 4)
  head.writeUInt32BE(payload.length, 5)
  return [head, payload]
}

/**
 * Reads them back. Undefined for what was not written by `unpackedFrames`: it comes from a process
 * that has read a hostile file.
 */
export function readUnpacked(answer: Uint8Array): UnpackedEntry[] | undefined {
  const all = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength)
  const found: UnpackedEntry[] = []
  for (let at = 0; at < all.length; ) {
    if (all.length - at < HEAD_BYTES) return undefined
    const index = all.readUInt32BE(at)
    const kind = all.readUInt8(at + 4)
    const from = at + HEAD_BYTES
    at = from + all.readUInt32BE(at + 5)
    if (at > all.length || kind > FAILURE) return undefined
    const payload = all.subarray(from, at)
    const failure = kind === FAILURE ? failureIn(payload) : undefined
    if (kind === FAILURE && !failure) return undefined
    found.push(failure ? { index, failure } : { index, bytes: payload })
  }
  return found
}

function failureIn(payload: Buffer): UnpackedEntry['failure'] {
  if (payload.length > FRAME_BYTES) return undefined
  try {
    const [reason, message] = JSON.parse(payload.toString()) as unknown[]
    const isText = typeof reason === 'string' && typeof message === 'string'
    return isText && /^[A-Z_]{1,40}$/.test(reason) ? { reason, message } : undefined
  } catch {
    return undefined // no JSON, so none of ours
  }
}
