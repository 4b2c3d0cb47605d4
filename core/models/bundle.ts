import { AppError } from '../errors.ts'
import type { ModelManifest } from '../ports/models.ts'
import { readManifest, sizeOf } from './manifest.ts'
import { isSignedBy, type Signer } from './signature.ts'

/**
 * The head of a file that carries models; after it come the bytes of their files, one after the other
 * and nothing else. Big-endian; docs/format.md.
 *
 *     16  `onefold-models-1` in ASCII
 *     32  public key of Ed25519
 *     64  signature, over all of this but itself
 *      4  length of the list
 *      …  the list: JSON `{"models": [manifest, …]}` in UTF-8
 */
export interface BundleHead {
  publicKey: Uint8Array
  models: readonly ModelManifest[]
  /** Where the bytes of the files begin. */
  headBytes: number
  /** Length of the whole file. */
  totalBytes: number
}

const MAGIC = Buffer.from('onefold-models-1', 'latin1')
const KEY = 32
const SIGNATURE = 64
/** Bytes before the list. */
export const FIXED_BYTES = MAGIC.length + KEY + SIGNATURE + 4
const MOST_LIST_BYTES = 4 * 2 ** 20
const MOST_MODELS = 200

/** The head of a bundle of these models: equal for equal models and key. */
export function writeHead(models: readonly ModelManifest[], signer: Signer): Uint8Array {
  const sorted = models.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const list = Buffer.from(JSON.stringify({ models: sorted }))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(list.length)
  const signature = signer.sign(signedBytes(signer.publicKey, length, list))
  return Buffer.concat([MAGIC, signer.publicKey, signature, length, list])
}

const signedBytes = (publicKey: Uint8Array, length: Uint8Array, list: Uint8Array) =>
  Buffer.concat([MAGIC, publicKey, length, list])

/**
 * Length of the list, by the first `FIXED_BYTES` of a bundle.
 *
 * @throws AppError `bad_request` (reason `NO_BUNDLE`) for a file that is none
 */
export function listBytes(fixed: Uint8Array): number {
  const bytes = Buffer.from(fixed)
  if (bytes.length < FIXED_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new AppError('bad_request', 'This is no file of models that Onefold has exported.', {
      reason: 'NO_BUNDLE',
    })
  }
  const length = bytes.readUInt32BE(FIXED_BYTES - 4)
  if (length > MOST_LIST_BYTES) throw tampered('its list is too long')
  return length
}

/**
 * Reads a whole head, after its signature was found right; whose signature it is, is another question.
 *
 * @throws AppError `digest_mismatch` (reason `BUNDLE_CHANGED`), `bad_request` (reason `BAD_MANIFEST`)
 */
export function readHead(bytes: Uint8Array): BundleHead {
  const all = Buffer.from(bytes)
  const at = MAGIC.length + KEY
  const publicKey = all.subarray(MAGIC.length, at)
  const signature = all.subarray(at, at + SIGNATURE)
  const length = all.subarray(FIXED_BYTES - 4, FIXED_BYTES)
  const list = all.subarray(FIXED_BYTES)
  if (list.length !== listBytes(all) || !isSignature(publicKey, signature, length, list)) {
    throw tampered('its signature is not right')
  }
  const models = readList(list)
  const totalBytes = all.length + models.reduce((sum, model) => sum + sizeOf(model), 0)
  return { publicKey, models, headBytes: all.length, totalBytes }
}

function isSignature(key: Buffer, signature: Buffer, length: Buffer, list: Buffer): boolean {
  return isSignedBy(key, signedBytes(key, length, list), signature)
}

/** A list that is signed may still be nonsense: anybody can sign. */
function readList(list: Buffer): ModelManifest[] {
  const { models } = parse(list)
  if (!Array.isArray(models) || models.length === 0 || models.length > MOST_MODELS) {
    throw new AppError('bad_request', 'The file lists no models, or too many.', {
      reason: 'BAD_MANIFEST',
    })
  }
  const manifests = models.map(readManifest)
  if (new Set(manifests.map(({ name }) => name.toLowerCase())).size < manifests.length) {
    throw new AppError('bad_request', 'The file lists a model twice.', { reason: 'BAD_MANIFEST' })
  }
  return manifests
}

function parse(list: Buffer): { models?: unknown } {
  try {
    return (JSON.parse(list.toString('utf8')) ?? {}) as { models?: unknown }
  } catch (cause) {
    throw new AppError('bad_request', 'The list of models in the file cannot be read.', {
      reason: 'BAD_MANIFEST',
      cause,
    })
  }
}

/** The file is not what its maker signed. */
export const tampered = (what: string) =>
  new AppError(
    'digest_mismatch',
    `The file is not as it was exported: ${what}. Copy it again, or have it exported again.`,
    { reason: 'BUNDLE_CHANGED' },
  )
