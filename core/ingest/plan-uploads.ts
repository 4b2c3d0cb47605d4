import type { Access } from '../access/access.ts'
import { assertFits } from '../account/quota.ts'
import { AppError } from '../errors.ts'
import { newId } from '../ids.ts'
import { conflictAnswer } from '../model/library.ts'
import { partBytesFor } from '../model/upload.ts'
import type { Ports, UploadOpening, UploadRow } from '../ports/index.ts'
import { placeOf } from './place.ts'
import type { UploadLimits, UploadRequest } from './request-upload.ts'
import { noRoom, roomForEach } from './room.ts'

/** What is to become of a request, before anything is written. */
export type Plan = Pick<UploadOpening, 'upload' | 'isNew' | 'idempotencyKey'>

type Planned = Plan | AppError

/** A plan for each request, in order, or why there is none. */
export async function planUploads(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  access: Access,
  { requests, limits }: { requests: readonly UploadRequest[]; limits: UploadLimits },
): Promise<Planned[]> {
  const now = ports.clock.now()
  const seen = new Set<string>()
  const plans = requests.map((request) =>
    orRefusal((): Plan => {
      const upload = newUpload(access, request, { limits, now })
      const { idempotencyKey } = request
      if (idempotencyKey === undefined) return { upload, isNew: true }
      if (seen.has(idempotencyKey)) throw keyUsed()
      seen.add(idempotencyKey)
      return { upload, isNew: true, idempotencyKey }
    }),
  )
  return refuseTaken(ports, await asBefore(ports, access.actor.userId, plans))
}

/** Puts the upload in place that was asked for before, with the same key for the same chapter. */
async function asBefore(
  { catalog }: Pick<Ports, 'catalog'>,
  userId: string,
  plans: readonly Planned[],
): Promise<Planned[]> {
  const asked = plans.map((plan) => {
    if (plan instanceof AppError || plan.idempotencyKey === undefined) return undefined
    return { chapterId: plan.upload.chapterId, idempotencyKey: plan.idempotencyKey }
  })
  const keys = asked.filter((each) => each !== undefined)
  const before = await catalog.uploads.askedBefore(userId, keys)
  let next = 0
  return plans.map((plan, index) => {
    const upload = asked[index] && before[next++]
    return upload && !(plan instanceof AppError) ? { ...plan, upload, isNew: false } : plan
  })
}

/**
 * Lets pass what the account may put in and the disk has room for, each file beside those before it.
 * Bytes of an upload that waits for them already are counted already.
 */
export async function refuseTooMuch(
  { blobs, catalog }: Pick<Ports, 'blobs' | 'catalog'>,
  userId: string,
  plans: readonly Plan[],
): Promise<Planned[]> {
  const quota = await catalog.people.quota(userId)
  const hasRoom = await roomForEach(
    { blobs },
    plans.map(({ upload }) => upload.declaredSize),
  )
  return plans.map((plan, index) =>
    orRefusal(() => {
      if (!hasRoom[index]) throw noRoom()
      if (isWaiting(plan)) return plan
      assertFits(quota, plan.upload.declaredSize)
      quota.declaredBytes += plan.upload.declaredSize
      return plan
    }),
  )
}

/** Whether there is nothing to send any more. */
export const hasAll = ({ status, partBytes, receivedDigest }: UploadRow): boolean =>
  status === 'UPLOAD_COMPLETE' ||
  (status === 'UPLOAD_RECEIVED' && partBytes !== undefined && receivedDigest === undefined)

const isWaiting = ({ isNew, upload }: Plan): boolean =>
  !isNew && upload.status !== 'UPLOAD_FAILED' && upload.status !== 'UPLOAD_EXPIRED'

function orRefusal(work: () => Plan): Planned {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof AppError) return cause
    throw cause
  }
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
    onConflict: conflictAnswer(request.onConflict, place.chapter),
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
  plans: readonly Planned[],
): Promise<Planned[]> {
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
