import { AppError } from '../errors.ts'
import type { Committed, NewVersion, Ports, StagedBlob } from '../ports/index.ts'

/**
 * Makes staged bytes a version of a document: the one way any door stores anything. On return the
 * bytes, the pointer, its first jobs and its audit entry are durable, and nothing is staged any more.
 *
 * Order: intent → publish → one commit; when the content is live already, one commit alone
 * (docs/format.md tells what a crash between them leaves, and what recovery does about it).
 *
 * @throws AppError `conflict`, `not_found`, `storage_full`; nothing is kept then
 */
export async function commitStaged(
  ports: Pick<Ports, 'blobs' | 'catalog'>,
  staged: StagedBlob,
  input: NewVersion,
): Promise<Committed> {
  try {
    const begun = await ports.catalog.ingest.begin(input)
    if (!('publishPath' in begun)) return begun
    return await publish(ports, staged, input, begun.publishPath)
  } finally {
    await staged.discard()
  }
}

async function publish(
  { blobs, catalog }: Pick<Ports, 'blobs' | 'catalog'>,
  staged: StagedBlob,
  input: NewVersion,
  path: string,
): Promise<Committed> {
  try {
    await staged.publish(path)
    const { orphanPath, ...committed } = await catalog.ingest.finish(input, path)
    if (orphanPath) await forgetOrphan({ blobs, catalog }, orphanPath)
    return committed
  } catch (cause) {
    // A refusal is certain: nothing points to the path. Anything else waits for recovery.
    if (cause instanceof AppError) {
      await blobs.remove(path)
      await catalog.blobs.forgetIntents([path])
    }
    throw cause
  }
}

/** Unlinks the copy that lost a race; a crash before the last line leaves it to recovery. */
export async function forgetOrphan(
  { blobs, catalog }: Pick<Ports, 'blobs' | 'catalog'>,
  path: string,
): Promise<void> {
  await blobs.remove(path)
  await catalog.blobs.forgetReaped([path])
}
