import type { Access } from '../access/access.ts'
import { AppError } from '../errors.ts'
import { actOf } from '../library/act.ts'
import type { Ports } from '../ports/index.ts'
import { ownUpload } from './own-upload.ts'

const WHY = 'Cancelled by its owner.'

/**
 * Ends an upload of the caller for good: its URL is dead and its bytes are gone when this returns, but
 * for those of a part that was on its way, which never count and go with the next sweep; the record
 * stays, put away already. Cancelling what has ended changes nothing. Not beside a completion of the
 * same upload.
 *
 * @throws AppError `not_found` for an upload that is not the caller's, `conflict` (reason
 * `UPLOAD_IS_COMPLETE`) for one that is stored: its document can be deleted instead
 */
export async function cancelUpload(
  ports: Pick<Ports, 'blobs' | 'catalog' | 'clock'>,
  access: Access,
  uploadId: string,
): Promise<void> {
  const { blobs, catalog, clock } = ports
  const upload = await ownUpload(ports, access, uploadId)
  if (upload.status === 'UPLOAD_COMPLETE') throw isComplete()
  // The row first: from here on nothing that arrives counts.
  const by = { ...actOf({ clock }, access), userId: upload.userId }
  const isOver = upload.status === 'UPLOAD_FAILED' || upload.status === 'UPLOAD_EXPIRED'
  if (isOver) await catalog.uploads.dismiss(access.visible, upload.id, by)
  else await catalog.uploads.cancel(upload.id, WHY, by)
  await blobs.discardStaged(upload.id)
}

const isComplete = () =>
  new AppError('conflict', 'This file is stored already. Delete the file instead.', {
    reason: 'UPLOAD_IS_COMPLETE',
  })
