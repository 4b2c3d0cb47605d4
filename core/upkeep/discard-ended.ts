import type { Ports } from '../ports/index.ts'

/**
 * Removes the bytes of uploads that are over: their rows say so first, and a crash may have come
 * before the removal did.
 */
export async function discardEnded({
  blobs,
  catalog,
}: Pick<Ports, 'blobs' | 'catalog'>): Promise<void> {
  for await (const name of blobs.stagedNames()) {
    // One by one: somebody may take up an ended upload again at any moment.
    const [waits] = await catalog.uploads.waiting([name])
    if (waits === undefined) await blobs.discardStaged(name)
  }
}
