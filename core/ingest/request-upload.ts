import { createHash, randomBytes } from 'node:crypto'
import type { Access } from '../access/access.ts'
import type { Digest } from '../digest.ts'
import { AppError, notFound } from '../errors.ts'
import { newId } from '../ids.ts'
import { assertMayRequest, DEFAULT_PROBER_LIMITS, type ProberLimits } from '../limit/prober.ts'
import type { OnConflict } from '../model/library.ts'
import { partBytesFor } from '../model/upload.ts'
import type { Ports, UploadOpening, UploadRow } from '../ports/index.ts'
import { placeOf } from './place.ts'

/** How uploads are limited; from the configuration. */
export interface UploadLimits {
  urlTtlMs: number
  maxBytes: number
  /** Files above this may be sent in parts of this many bytes. */
  partBytes: number
  /** Absent for the defaults. */
  unsent?: ProberLimits
}

export const DEFAULT_UPLOAD_LIMITS: UploadLimits = {
  urlTtlMs: 15 * 60_000,
  maxBytes: 256 * 2 ** 30,
  partBytes: 8 * 2 ** 20,
  unsent: DEFAULT_PROBER_LIMITS,
}

export interface UploadRequest {
  name: string
  digest?: Digest
  sizeBytes: number
  chapterId?: string
  folder?: string
  onConflict?: OnConflict
  /** Repeating a request with the same key continues the same upload, with a new URL. */
  idempotencyKey?: string
}

/** An upload with the secret of its URL, shown this once; no secret once all bytes are there. */
export interface Requested {
  upload: UploadRow
  token: string | undefined
}

type RequestPorts = Pick<Ports, 'catalog' | 'clock' | 'blobs'>

/** `requestUploads` for one file. @throws AppError what the file's answer would be there */
export async function requestUpload(
  ports: RequestPorts,
  access: Access,
  request: UploadRequest,
  limits: UploadLimits = DEFAULT_UPLOAD_LIMITS,
): Promise<Requested> {
  const [answer] = await requestUploads(ports, access, [request], limits)
  if (!answer || answer instanceof AppError) throw answer
  return answer
}

/**
 * Prepares uploads: their rows and the secrets of their URLs, in one transaction. Asking again by the
 * same idempotency key gives the same upload a new URL and revokes the old one; parts that have
 * arrived stay, bytes that came whole do not. The answer never depends on whether the content is
 * known.
 *
 * @returns an answer for each, in order; a file that is refused spoils none of the others
 * @throws AppError `rate_limited` for all of them, when too many were requested and not sent
 */
export async function requestUploads(
  ports: RequestPorts,
  access: Access,
  requests: readonly UploadRequest[],
  limits: UploadLimits = DEFAULT_UPLOAD_LIMITS,
): Promise<(Requested | AppError)[]> {
  const plans = await plansOf(ports, access, { requests, limits })
  const count = plans.filter((plan) => !(plan instanceof AppError) && plan.isNew).length
  const { unsent = DEFAULT_PROBER_LIMITS } = limits
  if (count > 0) await assertMayRequest(ports, access.actor, { count, limits: unsent })
  const openings: (UploadOpening & { token: string })[] = []
  for (const plan of plans) {
    if (plan instanceof AppError || hasAll(plan.upload)) continue
    if (!plan.isNew && !keepsParts(plan.upload)) await ports.blobs.discardStaged(plan.upload.id)
    const token = randomBytes(32).toString('base64url')
    const now = ports.clock.now()
    const url = { tokenHash: uploadTokenHash(token), urlExpiresAt: now + limits.urlTtlMs }
    openings.push({ ...plan, ...url, now, token })
  }
  const opened = openings.length === 0 ? [] : await ports.catalog.uploads.open(openings)
  const answers = openings.map(({ upload, token }, index) => {
    const answer = opened[index] ?? notFound()
    return [upload.id, answer instanceof AppError ? answer : { upload: answer, token }] as const
  })
  const byId = new Map(answers)
  return plans.map((plan) =>
    plan instanceof AppError
      ? plan
      : (byId.get(plan.upload.id) ?? { upload: plan.upload, token: undefined }),
  )
}

type Plan = Pick<UploadOpening, 'upload' | 'isNew' | 'idempotencyKey'>

/** What is to become of each request, before anything is written. */
async function plansOf(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  access: Access,
  { requests, limits }: { requests: readonly UploadRequest[]; limits: UploadLimits },
): Promise<(Plan | AppError)[]> {
  const keys = requests.flatMap(({ idempotencyKey }) => idempotencyKey ?? [])
  const known = await ports.catalog.uploads.byIdempotencyKeys(access.actor.userId, keys)
  const seen = new Set<string>()
  const now = ports.clock.now()
  const plans = requests.map((request): Plan | AppError => {
    try {
      const upload = newUpload(access, request, { limits, now })
      const { idempotencyKey } = request
      if (idempotencyKey === undefined) return { upload, isNew: true }
      if (seen.has(idempotencyKey)) throw keyUsed()
      seen.add(idempotencyKey)
      const before = known.get(idempotencyKey)
      return { upload: before ?? upload, isNew: !before, idempotencyKey }
    } catch (cause) {
      if (cause instanceof AppError) return cause
      throw cause
    }
  })
  return refuseTaken(ports, plans)
}

/** @throws AppError of `placeOf`, or `too_large` */
function newUpload(
  access: Access,
  request: UploadRequest,
  { limits, now }: { limits: UploadLimits; now: number },
): UploadRow {
  const place = placeOf(access, request)
  if (request.sizeBytes > limits.maxBytes) {
    throw new AppError('too_large', `Files may have at most ${limits.maxBytes} bytes here.`, {
      reason: 'FILE_TOO_LARGE',
    })
  }
  const partBytes = partBytesFor(request.sizeBytes, limits.partBytes)
  return {
    id: newId(now),
    userId: access.actor.userId,
    chapterId: place.chapter.id,
    folder: place.folder,
    name: place.name,
    onConflict: request.onConflict ?? 'version',
    ...(request.digest && { declaredDigest: request.digest }),
    declaredSize: request.sizeBytes,
    ...(partBytes !== undefined && { partBytes }),
    status: 'UPLOAD_PENDING',
    traceId: access.actor.traceId,
    createdAt: now,
    updatedAt: now,
  }
}

/** Whoever wants to be asked is asked before the bytes are sent, too. */
async function refuseTaken(
  { catalog }: Pick<Ports, 'catalog'>,
  plans: readonly (Plan | AppError)[],
): Promise<(Plan | AppError)[]> {
  const asking = plans.filter((plan): plan is Plan => !(plan instanceof AppError) && asks(plan))
  if (asking.length === 0) return [...plans]
  const taken = await catalog.uploads.namesTaken(asking.map(({ upload }) => upload))
  const refused = new Set(asking.filter((_, index) => taken[index]).map(({ upload }) => upload.id))
  return plans.map((plan) =>
    plan instanceof AppError || !refused.has(plan.upload.id) ? plan : nameTaken(plan.upload.name),
  )
}

const asks = ({ upload }: Plan): boolean => upload.onConflict === 'ask' && !hasAll(upload)

const keyUsed = () =>
  new AppError('conflict', 'This upload was requested already.', { reason: 'IDEMPOTENCY_KEY_USED' })

const nameTaken = (name: string) =>
  new AppError('conflict', `There already is a file "${name}" here.`, { reason: 'NAME_TAKEN' })

const keepsParts = ({ partBytes, status }: UploadRow): boolean =>
  partBytes !== undefined && status === 'UPLOAD_URL_GENERATED'

const hasAll = ({ status, partBytes, receivedDigest }: UploadRow): boolean =>
  status === 'UPLOAD_COMPLETE' ||
  (status === 'UPLOAD_RECEIVED' && partBytes !== undefined && receivedDigest === undefined)

/** What the catalog keeps of a URL's secret: 256 random bits need no slow hash. */
export const uploadTokenHash = (token: string): string =>
  createHash('sha256').update(token).digest('hex')
