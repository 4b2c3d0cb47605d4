import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto'
import { AppError } from '../errors.ts'

/** Signs with Ed25519 (RFC 8032). */
export interface Signer {
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  /** 64 bytes; the same for the same bytes. */
  sign(bytes: Uint8Array): Uint8Array
}

/** ASN.1 around the raw keys of Ed25519: PKCS #8 and SubjectPublicKeyInfo (RFC 8410). */
const PRIVATE_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')
const PUBLIC_HEAD = Buffer.from('302a300506032b6570032100', 'hex')

/** @param seed 32 secret bytes */
export const signerFrom = (seed: Uint8Array): Signer =>
  signerOf(
    createPrivateKey({ key: Buffer.concat([PRIVATE_HEAD, seed]), format: 'der', type: 'pkcs8' }),
  )

/**
 * @param pem a private key as `openssl genpkey -algorithm ed25519` writes it
 * @throws AppError `bad_request` (reason `BAD_KEY`)
 */
export function signerFromPem(pem: string): Signer {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return signerOf(key)
  } catch (cause) {
    throw badKey(cause)
  }
  throw badKey()
}

const badKey = (cause?: unknown) =>
  new AppError('bad_request', 'This is no private key of Ed25519 in PEM.', {
    reason: 'BAD_KEY',
    ...(cause !== undefined && { cause }),
  })

function signerOf(key: KeyObject): Signer {
  const whole = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return {
    publicKey: whole.subarray(PUBLIC_HEAD.length),
    sign: (bytes) => signBytes(null, bytes, key),
  }
}

/** Whether `signature` is of `bytes`, by the owner of `publicKey`; false for a key that is none. */
export function isSignedBy(
  publicKey: Uint8Array,
  bytes: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (publicKey.length !== 32) return false
  const der = Buffer.concat([PUBLIC_HEAD, publicKey])
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  return verifyBytes(null, bytes, key, signature)
}

/** What people compare: `SHA256:` and the hash of the raw key in base64, as OpenSSH writes it. */
export const fingerprintOf = (publicKey: Uint8Array): string =>
  `SHA256:${createHash('sha256').update(publicKey).digest('base64').replace(/=+$/, '')}`

/** Whether `text` has the form of a fingerprint. */
export const isFingerprint = (text: string): boolean => /^SHA256:[A-Za-z0-9+/]{43}$/.test(text)
