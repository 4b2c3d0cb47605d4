import { type Digest, parseDigest } from '../../core/digest.ts'
import { AppError } from '../../core/errors.ts'

/** A digest that somebody sent in the field `field`. @throws AppError `bad_request` (reason `INVALID_HASH`) */
export function digestOf(field: string, text: string): Digest {
  const digest = parseDigest(text)
  if (digest) return digest
  throw new AppError('bad_request', `${field}: A SHA-256 is 64 hexadecimal digits.`, {
    reason: 'INVALID_HASH',
  })
}
