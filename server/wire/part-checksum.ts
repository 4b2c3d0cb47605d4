import { AppError } from '../../core/errors.ts'
import type { PartChecksum } from '../../core/ingest/part-check.ts'

const HEX_CRC = /^[0-9a-f]{8}$/i
const BASE64_CRC = /^[A-Za-z0-9+/]{6}==$/
const HEX_SHA256 = /^[0-9a-f]{64}$/i
/** RFC 1864. */
const BASE64_MD5 = /^[A-Za-z0-9+/]{22}==$/

/**
 * What the headers say of a part: `x-part-crc32c` (hex, or base64 of the four bytes), `x-part-sha256`
 * (hex), `content-md5` (base64).
 *
 * @throws AppError `bad_request` (reason `PART_CHECKSUM`) when there is none, or one that is no such sum
 */
export function partChecksumsOf(header: (name: string) => string | undefined): PartChecksum[] {
  const crc = header('x-part-crc32c')
  const sha256 = header('x-part-sha256')
  const md5 = header('content-md5')
  const said: PartChecksum[] = []
  if (crc !== undefined) said.push({ kind: 'crc32c', hex: crcOf(crc) })
  if (sha256 !== undefined) said.push({ kind: 'sha256', hex: sha256Of(sha256) })
  if (md5 !== undefined) said.push({ kind: 'md5', hex: md5Of(md5) })
  if (said.length > 0) return said
  throw refuse('A part needs its checksum: x-part-crc32c, x-part-sha256 or Content-MD5.')
}

function crcOf(text: string): string {
  if (HEX_CRC.test(text)) return text.toLowerCase()
  if (BASE64_CRC.test(text)) return Buffer.from(text, 'base64').toString('hex')
  throw refuse('x-part-crc32c: A CRC-32C is 8 hexadecimal digits, or 4 bytes in base64.')
}

function sha256Of(text: string): string {
  if (HEX_SHA256.test(text)) return text.toLowerCase()
  throw refuse('x-part-sha256: A SHA-256 is 64 hexadecimal digits.')
}

function md5Of(text: string): string {
  if (BASE64_MD5.test(text)) return Buffer.from(text, 'base64').toString('hex')
  throw refuse('Content-MD5: An MD5 is 16 bytes in base64.')
}

const refuse = (message: string) =>
  new AppError('bad_request', message, { reason: 'PART_CHECKSUM' })
