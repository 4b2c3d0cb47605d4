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

type Asked = Pick<UploadRow, 'id' | 'chapterId' | 'declaredSize' | 'status'>

/**
 * What comes along with the addresses of uploads, by their ids: a challenge for each large file in an
 * organization that allows it, else nothing. Decided by the mode, the declared size, and the book: what
 * takes only some types of files wants to see the bytes.
 *
 * @param by who asked: row of the session or token, and its owner
 */
export async function challengesFor(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  by: { userId: string; credentialId: string },
  uploads: readonly Asked[],
): Promise<ReadonlyMap<string, Challenge>> {
  const large = await withoutRule(ports, uploads.filter(isLarge))
  if (large.length === 0 || (await uploadMode(ports)) === 'strict') return new Map()
  const now = ports.clock.now()
  const holder = holderOf(by.userId, by.credentialId)
  const issued = large.map(({ id: uploadId, declaredSize }) => ({
    id: randomBytes(16).toString('hex'),
    nonce: randomBytes(32),
    seed: randomBytes(32),
    kind: kindFor(declaredSize),
    holder,
    uploadId,
    userId: by.userId,
    expiresAt: now + ttlMs(declaredSize),
  }))
  await ports.catalog.possession.issue(issued, now)
  return new Map(issued.map((challenge) => [challenge.uploadId, challenge]))
}

const isLarge = ({ declaredSize, status }: Asked) =>
  declaredSize >= LEAST_BYTES && status === 'UPLOAD_URL_GENERATED'

async function withoutRule(
  { catalog }: Pick<Ports, 'catalog'>,
  uploads: readonly Asked[],
): Promise<Asked[]> {
  const free = new Set<string>()
  for (const chapterId of new Set(uploads.map((upload) => upload.chapterId))) {
    if (!(await catalog.library.rulesOf(chapterId)).typeRule) free.add(chapterId)
  }
  return uploads.filter((upload) => free.has(upload.chapterId))
}
