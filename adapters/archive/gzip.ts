import { constants, gunzipSync } from 'node:zlib'
import { UNNAMED } from '../../core/model/locator.ts'
import type { Draft, ParserFile } from '../../core/ports/parser.ts'
import { damaged, isBomb, tooLarge } from './limits.ts'
import { listing } from './listing.ts'
import { tarName } from './path.ts'
import { isTar } from './tar.ts'

const HEAD_BYTES = 64 * 1024
const HAS_EXTRA = 4
const HAS_NAME = 8

/** Whether a gzip holds a tar: by the first block of what comes out. @throws AppError `DAMAGED_FILE` */
export function holdsTar(file: ParserFile): boolean {
  try {
    // What is read may end anywhere: what can be inflated of it is.
    const head = gunzipSync(file.read(0, HEAD_BYTES), { finishFlush: constants.Z_SYNC_FLUSH })
    return isTar(head)
  } catch (cause) {
    throw damaged(cause)
  }
}

/**
 * Lists a gzip of one file by what its head and its end say (RFC 1952, 2.3); nothing is inflated.
 *
 * @throws AppError `unsupported_type` (`TOO_LARGE_INSIDE`)
 */
export function listGzip(file: ParserFile): Draft {
  const head = Buffer.from(file.read(0, HEAD_BYTES))
  // Modulo 2^32, and of the last member alone: a hint.
  const sizeBytes = Buffer.from(file.read(Math.max(0, file.sizeBytes - 4), 4)).readUInt32LE(0)
  if (isBomb(file.sizeBytes, sizeBytes)) throw tooLarge()
  const seconds = head.readUInt32LE(4)
  const found = listing()
  found.add({
    path: nameIn(head) || UNNAMED,
    type: 'file',
    sizeBytes,
    ...(seconds > 0 && { modified: new Date(seconds * 1000) }),
  })
  return found.draft()
}

function nameIn(head: Buffer): string {
  const flags = head[3] ?? 0
  if ((flags & HAS_NAME) === 0) return ''
  const from = 10 + (flags & HAS_EXTRA ? 2 + head.readUInt16LE(10) : 0)
  const end = head.indexOf(0, from)
  return end < 0 ? '' : tarName(head.subarray(from, end))
}
