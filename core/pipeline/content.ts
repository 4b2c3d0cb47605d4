import type { Digest } from '../digest.ts'
import { AppError, notFound } from '../errors.ts'
import { NOT_AVAILABLE } from '../model/job.ts'
import type { BlobFile, BlobRow, Ports } from '../ports/index.ts'

/** Opens the content of a job for a parser, and closes it whatever happens. */
export async function withContent<Result>(
  { blobs, catalog }: Pick<Ports, 'blobs' | 'catalog'>,
  digest: Digest,
  use: (file: BlobFile, row: BlobRow) => Promise<Result>,
): Promise<Result> {
  const row = await catalog.blobs.live(digest)
  if (!row) throw notFound()
  const file = await blobs.open(row.path)
  try {
    return await use(file, row)
  } finally {
    await file.close()
  }
}

/**
 * What `probe` found: the media type and the kind.
 *
 * @throws AppError `internal` when the content was not probed: steps came out of order
 */
export async function probedOf(
  { catalog }: Pick<Ports, 'catalog'>,
  digest: Digest,
): Promise<{ mediaType: string; kind: string }> {
  const probed = await catalog.derivations.get(digest, 'probe')
  const { mediaType, kind } = probed?.facts ?? {}
  if (typeof mediaType === 'string') return { mediaType, kind: String(kind) }
  throw new AppError('internal', 'This file was not looked at yet.', { reason: 'NOT_PROBED' })
}

/** See `probedOf`. */
export const mediaTypeOf = async (ports: Pick<Ports, 'catalog'>, digest: Digest): Promise<string> =>
  (await probedOf(ports, digest)).mediaType

/** Whether a failure is the file's own, or the box has no program for it: trying again is no use. */
export const isAboutTheFile = (error: unknown): error is AppError =>
  error instanceof AppError && (error.code === 'unsupported_type' || isNotAvailable(error))

/** Whether a program or model is missing that can be added. */
export const isNotAvailable = (error: unknown): error is AppError =>
  error instanceof AppError && NOT_AVAILABLE.some((reason) => reason === error.reason)
