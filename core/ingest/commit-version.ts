import { AppError } from '../errors.ts'
import type { Committed, NewVersion, Ports, StagedBlob } from '../ports/index.ts'
import { assertTypeTaken } from './assert-type.ts'

/**
 * Makes staged bytes a version of a document: the one way any door stores anything. On return the
 * bytes, the pointer, its job and its audit entry are durable, and nothing is staged any more. What
 * is done, and how long it takes, does not depend on whether the box knows the content: that is found
 * out by `settleArrivals`.
 *
 * Order: intent → publish → one commit (docs/format.md tells what a crash between them leaves, and
 * what recovery does about it).
 *
 * @throws AppError `conflict`, `not_found`, `too_large`, `storage_full`, `unsupported_type` (reason
 * `TYPE_NOT_TAKEN`); nothing is kept then
 */
export async function commitStaged(
  ports: Pick<Ports, 'blobs' | 'catalog'>,
  staged: StagedBlob,
  input: NewVersion,
): Promise<Committed> {
  try {
    await assertTypeTaken(ports, { ...input, probe: staged.probe })
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
    if (orphanPath) await forgetOrphans({ blobs, catalog }, [orphanPath])
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

/**
 * Unlinks copies that nobody needs; a crash before the last line leaves them to recovery. While
 * somebody holds the store they wait for the sweep: a snapshot of the catalog may still name them.
 */
export async function forgetOrphans(
  { blobs, catalog }: Pick<Ports, 'blobs' | 'catalog'>,
  paths: readonly string[],
): Promise<void> {
  if (paths.length === 0 || !(await catalog.blobs.mayRemove())) return
  await Promise.all(paths.map((path) => blobs.remove(path)))
  await catalog.blobs.forgetReaped(paths)
}
