import { type Access, requireChapter } from '../access/access.ts'
import { AppError, type ErrorCode } from '../errors.ts'
import { partCount } from '../model/upload.ts'
import type { Ports, StagedBlob, UploadRow } from '../ports/index.ts'
import { commitStaged } from './commit-version.ts'
import { verify } from './ingest-file.ts'
import { orFail } from './or-fail.ts'
import { ownUpload } from './own-upload.ts'
import { awaitedAt, stageChecked, type UploadBody, uploadAt } from './receive-upload.ts'
import { whileGood } from './still-good.ts'
import { versionOfUpload } from './version-of-upload.ts'

/**
 * Turns received bytes into a version; those that came in parts are hashed once more, as they lie on
 * the disk. Asking again for a complete upload gives the same answer. Rights are those of now, not of
 * the request. Not for two calls at once for the same upload.
 *
 * @throws AppError `not_found` for an upload that is not the caller's, `conflict` (reason
 * `NOT_RECEIVED`) before the bytes are there, `digest_mismatch` when the parts make another file than
 * the declared one, and what `commitStaged` throws; nothing is kept but after `NOT_RECEIVED`, and
 * after what may pass: what was received is received then, and completing it may be tried again
 */
export async function completeUpload(
  ports: Pick<Ports, 'blobs' | 'catalog' | 'clock'>,
  access: Access,
  uploadId: string,
): Promise<UploadRow> {
  const { blobs } = ports
  const upload = await ownUpload(ports, access, uploadId)
  if (upload.status === 'UPLOAD_COMPLETE') return upload
  requireChapter(access, upload.chapterId, 'contributor')
  if (upload.status !== 'UPLOAD_RECEIVED') throw notReceived(await missing(ports, upload))
  const complete = await orFail(ports, { upload, isFinal }, async () => {
    const staged = await received(ports, upload)
    return commitUpload(ports, { upload, staged: keptStaged(staged) })
  })
  // Whatever came under its name: a broken try by the other way may have left something, too.
  await blobs.discardStaged(upload.id)
  return complete
}

/**
 * Receives the bytes of an upload that goes whole, and completes it: what is answered is stored. The
 * bytes are nobody's until then, so that a break leaves nothing, and the same URL takes them again.
 *
 * @throws AppError `bad_request` (reason `GOES_IN_PARTS`), and what `receiveUpload` and
 * `completeUpload` throw
 */
export async function receiveComplete(
  ports: Pick<Ports, 'blobs' | 'catalog' | 'clock'>,
  access: Access,
  { body, source }: { body: UploadBody; source: AsyncIterable<Uint8Array> },
): Promise<UploadRow> {
  const upload = await awaitedAt(ports, { ...body, actor: access.actor })
  if (upload.partBytes !== undefined) throw goesInParts()
  requireChapter(access, upload.chapterId, 'contributor')
  const lasting = whileGood(source, ports.clock, () => uploadAt(ports, { token: body.token }))
  const staged = await stageChecked(ports, { upload, source: lasting })
  return orFail(ports, { upload, isFinal }, () => commitUpload(ports, { upload, staged }))
}

/** Makes the bytes of an upload what it was requested for: a version, and the upload complete. */
async function commitUpload(
  ports: Pick<Ports, 'blobs' | 'catalog' | 'clock'>,
  { upload, staged }: { upload: UploadRow; staged: StagedBlob },
): Promise<UploadRow> {
  const now = ports.clock.now()
  const committed = await commitStaged(ports, staged, versionOfUpload(upload, staged, now))
  const { documentId, version, jobId } = committed
  const { tokenHash: _, ...rest } = upload
  const made = { documentId, versionId: version.id, jobId, updatedAt: now }
  return { ...rest, ...made, status: 'UPLOAD_COMPLETE' }
}

/** Failures that are none of the upload's may pass. */
const isFinal = (code: ErrorCode): boolean =>
  code !== 'internal' && code !== 'storage_full' && code !== 'unavailable'

/** Received bytes are acknowledged: they go when the upload has ended, and not a moment before. */
const keptStaged = (staged: StagedBlob): StagedBlob => ({ ...staged, discard: async () => {} })

/** The bytes of a received upload. Those that came in parts are held against the request here. */
async function received({ blobs }: Pick<Ports, 'blobs'>, upload: UploadRow): Promise<StagedBlob> {
  const staged = upload.receivedDigest
    ? await blobs.staged(upload.id, upload.receivedDigest)
    : await blobs.stagedParts(upload.id)
  if (!staged) throw notReceived('The bytes of this upload are gone. Please request it again.')
  await verify(staged, {
    sizeBytes: upload.declaredSize,
    ...(upload.declaredDigest && { digest: upload.declaredDigest }),
  })
  return staged
}

async function missing({ catalog }: Pick<Ports, 'catalog'>, upload: UploadRow): Promise<string> {
  const count = partCount(upload)
  const arrived = (await catalog.uploads.parts(upload.id)).length
  return arrived === 0
    ? 'The bytes of this upload have not arrived yet.'
    : `${count - arrived} of the ${count} parts of this upload have not arrived yet.`
}

const notReceived = (message: string) =>
  new AppError('conflict', message, { reason: 'NOT_RECEIVED' })

export const goesInParts = () =>
  new AppError(
    'bad_request',
    'A file that goes in parts is completed when they are there: send the parts, then say so.',
    { reason: 'GOES_IN_PARTS' },
  )
