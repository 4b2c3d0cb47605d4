import { randomBytes } from 'node:crypto'
import type { Ports, UploadRow } from '../ports/index.ts'
import { type Challenge, holderOf } from './proof.ts'
import { kindFor, LEAST_BYTES } from './ranges.ts'
import { uploadMode } from './upload-mode.ts'

const BASE_TTL_MS = 60_000
/** What a slow machine hashes of the file in a millisecond: 5 MB a second. */
const TTL_BYTES_PER_MS = 5_000
const MOST_TTL_MS = 15 * 60_000

/** How long a holder may take to read the file once more. */
const ttlMs = (sizeBytes: number): number =>
  Math.min(MOST_TTL_MS, BASE_TTL_MS + Math.ceil(sizeBytes / TTL_BYTES_PER_MS))

/**
 * What comes along with the address of an upload: a challenge for large files in an organization that
 * allows it, else nothing. Decided by the mode and the declared size alone.
 *
 * @param by who asked: row of the session or token, and its owner
 */
export async function challengeFor(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  by: { userId: string; credentialId: string },
  upload: Pick<UploadRow, 'id' | 'declaredSize'>,
): Promise<Challenge | undefined> {
  if (upload.declaredSize < LEAST_BYTES || (await uploadMode(ports)) === 'strict') return undefined
  const challenge = {
    id: randomBytes(16).toString('hex'),
    nonce: randomBytes(32),
    seed: randomBytes(32),
    kind: kindFor(upload.declaredSize),
    holder: holderOf(by.userId, by.credentialId),
  }
  const now = ports.clock.now()
  const expiresAt = now + ttlMs(upload.declaredSize)
  await ports.catalog.possession.issue(
    { ...challenge, uploadId: upload.id, userId: by.userId, expiresAt },
    now,
  )
  return challenge
}
