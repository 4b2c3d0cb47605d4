import { createHash } from 'node:crypto'
import { crc32c } from '../crc32c.ts'
import { AppError } from '../errors.ts'

/** What a sender says of a part's bytes. `hex` is lower case; a CRC is its 32 bits, big-endian. */
export interface PartChecksum {
  kind: 'crc32c' | 'sha256' | 'md5'
  hex: string
}

/**
 * Passes the bytes of a part on. Throws instead of ending when they are not what was said of them:
 * whoever takes them must count nothing before the end.
 *
 * @throws AppError `digest_mismatch` (reason `PART_MISMATCH`); at once when there are too many bytes
 */
export async function* checkedPart(
  source: AsyncIterable<Uint8Array>,
  said: { sizeBytes: number; checksums: readonly PartChecksum[] },
): AsyncGenerator<Uint8Array> {
  const sums = said.checksums.map(({ kind, hex }) => ({ hex, ...summing(kind) }))
  let seen = 0
  for await (const chunk of source) {
    seen += chunk.byteLength
    if (seen > said.sizeBytes) throw wrongPartLength(said.sizeBytes)
    for (const sum of sums) sum.add(chunk)
    yield chunk
  }
  if (seen !== said.sizeBytes) throw wrongPartLength(said.sizeBytes)
  if (sums.some((sum) => sum.hex !== sum.end())) {
    throw mismatch('A part changed on the way here. Please send it again.')
  }
}

function summing(kind: PartChecksum['kind']): { add(chunk: Uint8Array): void; end(): string } {
  if (kind !== 'crc32c') {
    const hash = createHash(kind)
    return { add: (chunk) => hash.update(chunk), end: () => hash.digest('hex') }
  }
  let sum = 0
  return {
    add(chunk) {
      sum = crc32c(chunk, sum)
    },
    end: () => sum.toString(16).padStart(8, '0'),
  }
}

export const wrongPartLength = (sizeBytes: number) =>
  mismatch(`This part has ${sizeBytes} bytes. Please send it again.`)

const mismatch = (message: string) =>
  new AppError('digest_mismatch', message, { reason: 'PART_MISMATCH' })
