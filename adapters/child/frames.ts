/**
 * What a frame carries: one of the parser's descriptors, or how it ended; that the file is here and
 * the parser starts; or that there is no room for the file.
 */
export const CHANNEL = { end: 0, answer: 1, stderr: 2, talk: 3, start: 4, noRoom: 5 } as const

const HEADER_BYTES = 5
/** Larger than any pipe gives at once; a frame beyond is not one of ours. */
const MAX_FRAME = 16 * 1024 * 1024

/** One frame: channel (1 byte), length (4 bytes, big-endian), payload. */
export function frame(channel: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt8(channel, 0)
  header.writeUInt32BE(payload.byteLength, 1)
  return Buffer.concat([header, payload])
}

/**
 * Cuts what comes, in pieces of any size, into frames.
 *
 * @throws Error from the returned function, for a frame that is too long
 */
export function frameReader(hear: (channel: number, payload: Uint8Array) => void) {
  let pieces: Uint8Array[] = []
  let size = 0
  let wanted = HEADER_BYTES

  const takeOne = (): boolean => {
    if (size < wanted) return false
    const all = pieces.length === 1 && pieces[0] ? Buffer.from(pieces[0]) : Buffer.concat(pieces)
    const length = all.readUInt32BE(1)
    if (length > MAX_FRAME) throw new Error(`a frame of ${length} bytes`)
    wanted = HEADER_BYTES + length
    if (size < wanted) {
      pieces = [all]
      return false
    }
    hear(all.readUInt8(0), all.subarray(HEADER_BYTES, wanted))
    const rest = all.subarray(wanted)
    pieces = rest.length > 0 ? [rest] : []
    size = rest.length
    wanted = HEADER_BYTES
    return true
  }

  return (chunk: Uint8Array): void => {
    pieces.push(chunk)
    size += chunk.byteLength
    while (takeOne());
  }
}
