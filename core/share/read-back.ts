import { hashing } from '../digest.ts'
import { AppError } from '../errors.ts'
import type { Ports } from '../ports/index.ts'

/**
 * Reads what was stored of a version from the store and compares it with its digest.
 *
 * @returns false when there is no such version any more
 * @throws AppError `digest_mismatch` (reason `NOT_READ_BACK`) when the store does not give the bytes
 * back that it took
 */
export async function readBack(
  { blobs, catalog }: Pick<Ports, 'blobs' | 'catalog'>,
  versionId: string,
  signal: AbortSignal,
): Promise<boolean> {
  for (let triedPath: string | undefined; ; ) {
    const version = await catalog.library.version('all', versionId)
    if (!version) return false
    const { path, digest } = version
    // Of equal contents one copy stays, which may not be the one that was looked up just now.
    if (path === triedPath) throw notReadBack()
    triedPath = path
    const found = await digestAt(blobs, path, signal).catch((cause: unknown) => {
      if (cause instanceof AppError && cause.code === 'not_found') return undefined
      throw signal.aborted || cause instanceof AppError ? cause : notReadBack(cause)
    })
    if (found === digest) return true
    if (found !== undefined) throw notReadBack()
  }
}

async function digestAt(
  blobs: Pick<Ports['blobs'], 'read'>,
  path: string,
  signal: AbortSignal,
): Promise<string> {
  const bytes = hashing(blobs.read(path))
  for await (const _ of bytes) signal.throwIfAborted()
  return bytes.digest()
}

const notReadBack = (cause?: unknown) =>
  new AppError('digest_mismatch', 'What was stored of this file could not be read back.', {
    reason: 'NOT_READ_BACK',
    cause,
  })
