import { AppError, codeOf, type ErrorCode } from '../errors.ts'
import type { Ports, UploadRow } from '../ports/index.ts'

/**
 * Does `work` for an upload. When it fails in a way that `isFinal` says no other try would mend, the
 * upload has failed, and nothing of it is kept; unless somebody has taken it further meanwhile.
 */
export async function orFail<T>(
  { blobs, catalog, clock }: Pick<Ports, 'blobs' | 'catalog' | 'clock'>,
  { upload, isFinal }: { upload: UploadRow; isFinal: (code: ErrorCode) => boolean },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const errorCode = codeOf(cause)
    if (isFinal(errorCode) && (await isStillSo(catalog, upload))) {
      const error = cause instanceof Error ? cause.message : String(cause)
      const reason = cause instanceof AppError ? cause.reason : undefined
      const how = { error, errorCode, ...(reason !== undefined && { errorReason: reason }) }
      await catalog.uploads.move(upload.id, 'UPLOAD_FAILED', how, clock.now())
      await blobs.discardStaged(upload.id)
    }
    throw cause
  }
}

/** Whether nobody else has brought or completed it, and the URL was not made anew. */
async function isStillSo(
  catalog: Ports['catalog'],
  { id, userId, status, tokenHash }: UploadRow,
): Promise<boolean> {
  const now = await catalog.uploads.get(userId, id)
  return now?.status === status && now.tokenHash === tokenHash
}
