import { createHash, randomBytes } from 'node:crypto'
import type { Access } from '../access/access.ts'
import type { Digest } from '../digest.ts'
import { AppError, notFound } from '../errors.ts'
import { assertMayRequest, DEFAULT_PROBER_LIMITS, type ProberLimits } from '../limit/prober.ts'
import type { OnConflict } from '../model/library.ts'
import type { Ports, UploadOpening, UploadRow } from '../ports/index.ts'
import { linkReadable } from './link-readable.ts'
import { hasAll, type Plan, planUploads, refuseTooMuch } from './plan-uploads.ts'

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
  if (!answer) throw notFound()
  if (answer instanceof AppError) throw answer
  return answer
}

/**
 * Prepares uploads: their rows and the secrets of their URLs, in one transaction. Asking again by the
 * same idempotency key gives the same upload a new URL and revokes the old one; parts that have
 * arrived stay, bytes that came whole do not. What the caller can read already is complete at once;
 * whether anybody else has a content changes nothing of the answer, nor of the time it takes.
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
  const planned = await planUploads(ports, access, { requests, limits })
  const plans = planned.filter((plan): plan is Plan => !(plan instanceof AppError))
  const unsent = plans.filter(({ upload }) => !hasAll(upload))
  const linked = await linkReadable(ports, access, unsent)
  const toSend = unsent.filter(({ upload }) => !linked.has(upload.id))
  const count = toSend.filter(({ isNew }) => isNew).length
  if (count > 0) {
    await assertMayRequest(ports, access.actor, {
      count,
      limits: limits.unsent ?? DEFAULT_PROBER_LIMITS,
    })
  }
  const opened = await openAll(ports, access, { plans: toSend, limits })
  return planned.map((plan) => {
    if (plan instanceof AppError) return plan
    const made = linked.get(plan.upload.id) ?? plan.upload
    return opened.get(plan.upload.id) ?? (made instanceof AppError ? made : complete(made))
  })
}

const complete = (upload: UploadRow): Requested => ({ upload, token: undefined })

/** Gives every upload that is not refused a URL of its own. */
async function openAll(
  ports: RequestPorts,
  { actor }: Access,
  { plans, limits }: { plans: readonly Plan[]; limits: UploadLimits },
): Promise<Map<string, Requested | AppError>> {
  const answers = new Map<string, Requested | AppError>()
  if (plans.length === 0) return answers
  const openings: (UploadOpening & { token: string })[] = []
  const fitting = await refuseTooMuch(ports, actor.userId, plans)
  for (const [index, { upload }] of plans.entries()) {
    const plan = fitting[index] ?? notFound()
    if (plan instanceof AppError) {
      answers.set(upload.id, plan)
      continue
    }
    if (!plan.isNew && !keepsParts(upload)) await ports.blobs.discardStaged(upload.id)
    const token = randomBytes(32).toString('base64url')
    const now = ports.clock.now()
    const url = { tokenHash: uploadTokenHash(token), urlExpiresAt: now + limits.urlTtlMs }
    const { credentialId } = actor
    openings.push({ ...plan, ...url, ...(credentialId && { credentialId }), now, token })
  }
  if (openings.length === 0) return answers
  const opened = await ports.catalog.uploads.open(openings)
  for (const [index, { upload, token }] of openings.entries()) {
    const answer = opened[index] ?? notFound()
    answers.set(upload.id, answer instanceof AppError ? answer : { upload: answer, token })
  }
  return answers
}

const keepsParts = ({ partBytes, status }: UploadRow): boolean =>
  partBytes !== undefined && status === 'UPLOAD_URL_GENERATED'

/** What the catalog keeps of a URL's secret: 256 random bits need no slow hash. */
export const uploadTokenHash = (token: string): string =>
  createHash('sha256').update(token).digest('hex')
