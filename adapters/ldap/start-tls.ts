import type { Socket } from 'node:net'
import { failure } from './failure.ts'

/** ExtendedRequest 1.3.6.1.4.1.1466.20037 with message id 1 (RFC 4511, 4.14). */
const REQUEST = Buffer.concat([
  Buffer.from([0x30, 0x1d, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16]),
  Buffer.from('1.3.6.1.4.1.1466.20037'),
])

/** Longest answer that is looked at. */
const MOST_BYTES = 4_096

/**
 * Asks a server to go on with TLS. What it sends beyond its answer, in clear text, is refused: somebody
 * on the way could put words into the beginning of what is then believed.
 *
 * @throws AppError `unavailable` (reason `DIRECTORY_TLS`)
 */
export async function askForTls(socket: Socket, timeoutMs: number): Promise<void> {
  const answer = await new Promise<Buffer>((resolve, reject) => {
    let got = Buffer.alloc(0)
    const end = (cause?: Error) => {
      clearTimeout(timer)
      socket.off('data', hear).off('error', end).off('close', closed).pause()
      if (cause) reject(failure('DIRECTORY_TLS', cause))
      else resolve(got)
    }
    const closed = () => end(new Error('The server hung up when it was asked for TLS.'))
    const hear = (bytes: Buffer) => {
      got = Buffer.concat([got, bytes])
      const length = lengthOf(got)
      if (length !== undefined && got.length >= length) end()
      else if (got.length > MOST_BYTES) end(new Error('That is no answer.'))
    }
    const timer = setTimeout(() => end(new Error('No answer about TLS.')), timeoutMs)
    socket.on('data', hear).once('error', end).once('close', closed)
    socket.write(REQUEST)
  })
  if (answer.length !== lengthOf(answer) || !isSuccess(answer)) {
    throw failure('DIRECTORY_TLS', new Error('The server refuses TLS.'))
  }
}

/** Of the whole message, head included; undefined while its head is not there. */
function lengthOf(bytes: Buffer): number | undefined {
  const first = bytes[1]
  if (first === undefined) return undefined
  if (first < 0x80) return 2 + first
  const size = first & 0x7f
  if (size === 0 || size > 3) return 0
  return bytes.length < 2 + size ? undefined : 2 + size + bytes.readUIntBE(2, size)
}

/** SEQUENCE { INTEGER 1, [APPLICATION 24] { ENUMERATED 0, … } } */
function isSuccess(bytes: Buffer): boolean {
  const from = (bytes[1] ?? 0) < 0x80 ? 2 : 2 + ((bytes[1] ?? 0) & 0x7f)
  const body = bytes.subarray(from)
  if (bytes[0] !== 0x30 || !body.subarray(0, 3).equals(Buffer.from([0x02, 0x01, 0x01])))
    return false
  const inside = (body[4] ?? 0) < 0x80 ? 5 : 5 + ((body[4] ?? 0) & 0x7f)
  return (
    body[3] === 0x78 && body.subarray(inside, inside + 3).equals(Buffer.from([0x0a, 0x01, 0x00]))
  )
}
