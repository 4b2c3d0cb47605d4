import type { Ports } from '../ports/index.ts'
import { forgetOrphans } from './commit-version.ts'

/**
 * Stores what a step derived, as a blob like any other: found by digest, referenced by the step's
 * row, swept and verified with the rest. Unreferenced until the job that made it finishes.
 *
 * @returns id of the blob row, for `StepResult.blobId`
 */
export async function storeDerived(
  { blobs, catalog, clock }: Pick<Ports, 'blobs' | 'catalog' | 'clock'>,
  bytes: AsyncIterable<Uint8Array>,
): Promise<number> {
  const staged = await blobs.stage(bytes)
  const { digest, sizeBytes } = staged
  try {
    const begun = await catalog.ingest.beginDerived(digest, clock.now())
    if ('blobId' in begun) return begun.blobId
    const path = begun.publishPath
    await staged.publish(path)
    const done = await catalog.ingest.finishDerived(digest, sizeBytes, path, clock.now())
    if (done.orphanPath) await forgetOrphans({ blobs, catalog }, [done.orphanPath])
    return done.blobId
  } finally {
    await staged.discard()
  }
}
