import { createHash, randomBytes } from 'node:crypto'

/** A new secret of 256 bits, as 43 characters. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

/** What the catalog keeps of a secret. 256 random bits need no slow hash (ASVS 5.0, V6.5.2). */
export const secretHash = (secret: string): string =>
  createHash('sha256').update(secret).digest('hex')

const TOKEN = /^of_([A-Za-z0-9_-]{43})([0-9a-f]{8})$/

/** A new token: `of_`, the secret, and a checksum by which scanners and typing errors are told. */
export function newToken(): string {
  const secret = newSecret()
  return `of_${secret}${checksumOf(secret)}`
}

/** Whether `text` can be a token at all; what cannot is refused without asking the catalog. */
export function isToken(text: string): boolean {
  const [, secret, checksum] = TOKEN.exec(text) ?? []
  return secret !== undefined && checksumOf(secret) === checksum
}

const checksumOf = (secret: string): string => secretHash(`of_${secret}`).slice(0, 8)
