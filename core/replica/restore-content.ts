import type { Digest } from '../digest.ts'
import { AppError, codeOf } from '../errors.ts'
import { forgetOrphans } from '../ingest/commit-version.ts'
import type { Ports, Provider, StagedBlob } from '../ports/index.ts'

type Stores = Pick<Ports, 'blobs' | 'catalog' | 'clock' | 'providers'>

/**
 * Fetches a damaged content from the first further store that gives back what it should: hashed while
 * it is staged, published at a fresh path, and only then what its pointers are read from. A copy that
 * turns out not to be the content is made again.
 *
 * @returns the store's name, undefined when the content is whole already
 * @throws AppError `unavailable` (reason `NO_GOOD_COPY`) when no store has it; nothing is changed then
 */
export async function restoreContent(ports: Stores, digest: Digest): Promise<string | undefined> {
  const { catalog, clock, providers } = ports
  if (await catalog.blobs.live(digest)) return undefined
  for (const { provider: name, key } of await catalog.copies.of(digest)) {
    const provider = providers.find((each) => each.name === name)
    const staged = provider && (await fetch(ports, provider, key))
    if (!staged) continue
    try {
      if (staged.digest === digest) {
        await publish(ports, staged)
        return name
      }
      await catalog.copies.distrust(name, key, clock.now())
    } finally {
      await staged.discard()
    }
  }
  throw noGoodCopy()
}

/** The copy's bytes; undefined when the store does not give them. A full disk here is told of. */
async function fetch(
  { blobs, catalog, clock }: Stores,
  provider: Provider,
  key: string,
): Promise<StagedBlob | undefined> {
  try {
    return await blobs.stage(provider.read(key))
  } catch (cause) {
    if (codeOf(cause) === 'storage_full') throw cause
    if (codeOf(cause) === 'not_found') {
      await catalog.copies.distrust(provider.name, key, clock.now())
    }
    return undefined
  }
}

/** By the blob protocol: the damaged row gets the fresh path, as with any content that comes again. */
async function publish(ports: Stores, staged: StagedBlob): Promise<void> {
  const { blobs, catalog, clock } = ports
  const { digest, sizeBytes } = staged
  const begun = await catalog.ingest.beginDerived(digest, clock.now())
  if ('blobId' in begun) return
  await staged.publish(begun.publishPath)
  const done = await catalog.ingest.finishDerived(digest, sizeBytes, begun.publishPath, clock.now())
  if (done.orphanPath) await forgetOrphans({ blobs, catalog }, [done.orphanPath])
}

const noGoodCopy = () =>
  new AppError('unavailable', 'No further store has a good copy of this content.', {
    reason: 'NO_GOOD_COPY',
  })
