import { fstatSync, readSync } from 'node:fs'
import { AppError } from '../errors.ts'
import type { ParserFile } from '../ports/parser.ts'

/** An open regular file as parsers see it. Reads by position; the descriptor stays the caller's. */
export function parserFile(fd: number, mediaType: string): ParserFile {
  const { size: sizeBytes } = fstatSync(fd)

  const read = (position: number, length: number): Uint8Array => {
    const bytes = Buffer.alloc(Math.max(0, Math.min(length, sizeBytes - position)))
    let filled = 0
    while (filled < bytes.length) {
      const count = readSync(fd, bytes, filled, bytes.length - filled, position + filled)
      if (count === 0) break
      filled += count
    }
    return bytes.subarray(0, filled)
  }

  return {
    fd,
    sizeBytes,
    mediaType,
    path: '/proc/self/fd/0',
    read,
    whole(maxBytes) {
      if (sizeBytes <= maxBytes) return read(0, sizeBytes)
      const message = `Files of this type are read up to ${Math.floor(maxBytes / 1024 ** 2)} MiB.`
      throw new AppError('unsupported_type', message, { reason: 'TOO_LARGE_INSIDE' })
    },
  }
}
