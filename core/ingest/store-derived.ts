import type { Ports } from '../ports/index.ts'
import { forgetOrphan } from './commit-version.ts'

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
  const begun = await catalog.ingest.beginDerived(staged.digest)
  if ('blobId' in begun) {
    await staged.discard()
    return begun.blobId
  }
  await staged.publish(begun.publishPath)
  const { blobId, orphanPath } = await catalog.ingest.finishDerived(
    staged.digest,
    staged.sizeBytes,
    begun.publishPath,
    clock.now(),
  )
  if (orphanPath) await forgetOrphan({ blobs, catalog }, orphanPath)
  return blobId
}
