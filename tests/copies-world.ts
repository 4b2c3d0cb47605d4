import { chmod, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { diskBlobStore } from '../adapters/disk/blob-store.ts'
import { folderProvider } from '../adapters/folder/provider.ts'
import { memoryVectorIndex } from '../adapters/memory/vector-index.ts'
import { sqlCatalog } from '../adapters/sql/catalog.ts'
import type { Digest } from '../core/digest.ts'
import { newTraceId } from '../core/ids.ts'
import { commitStaged } from '../core/ingest/commit-version.ts'
import { settleArrivals } from '../core/ingest/settle.ts'
import type { NewVersion, Provider } from '../core/ports/index.ts'
import { copyNext } from '../core/replica/copy-content.ts'
import { manualClock } from './manual-clock.ts'
import { newVersion, seededCatalog } from './seeded-catalog.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { testKeys } from './test-keys.ts'

export const DAY_MS = 24 * 60 * 60_000

/** A catalog, blobs, and a second folder to which contents are copied. */
export async function copiesWorld() {
  const seed = await seededCatalog()
  const catalog = sqlCatalog(join(seed.root, 'catalog.sqlite'), testKeys)
  onTestFinished(() => catalog.close())
  // Ahead of the catalog's own clock, which stamps what triggers queue.
  const clock = manualClock(Date.now() + DAY_MS)
  const folder = await temporaryFolder()
  const { provider, sentBytes } = counting(folderProvider({ name: 'folder', path: folder }))
  const ports = {
    catalog,
    clock,
    blobs: await diskBlobStore(seed.root),
    index: memoryVectorIndex(),
    providers: [provider],
  }
  await catalog.copies.enrol(['folder'])
  const { signal } = new AbortController()
  const options = { leaseMs: 60_000, recheckMs: 30 * DAY_MS, signal }

  return {
    ...seed,
    ports,
    catalog,
    clock,
    provider,
    folder,
    sentBytes,
    options,

    async store(text: string, change: Partial<NewVersion> = {}) {
      clock.advance(10)
      const staged = await ports.blobs.stage(bytesOf(text))
      const now = clock.now()
      const committed = await commitStaged(
        ports,
        staged,
        newVersion(seed, staged, { now, ...change }),
      )
      await settleArrivals(ports)
      return committed
    },

    /** Does everything that is due an hour from now, once each at most; returns what went wrong. */
    async work(changed: Provider = provider): Promise<string[]> {
      clock.advance(60 * 60_000)
      const failures: string[] = []
      for (let i = 0; i < 20; i++) {
        const done = await copyNext(ports, changed, options)
        if (!done) break
        if (done.failure instanceof Error) failures.push(done.failure.message)
      }
      return failures
    },

    async remove(documentId: string) {
      const act = { userId: seed.userId, traceId: newTraceId(), now: clock.now() }
      await catalog.library.trash('all', documentId, act)
      await catalog.library.purge('all', documentId, act)
    },

    /** Makes a version findable, as its last job does. */
    async link(versionId: string) {
      await catalog.ingest.markLinked(versionId, clock.now())
    },

    /** Paths of all copies. */
    async copies(): Promise<string[]> {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true })
      return entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name))
    },

    async pathOf(digest: Digest) {
      return join(seed.root, 'blobs', (await catalog.blobs.live(digest))?.path ?? '')
    },

    shown: async (versionId: string) => (await catalog.copies.shown([versionId])).get(versionId),
    async figures() {
      const [all] = await catalog.copies.figures()
      return { waiting: all?.waiting, stored: all?.stored, failed: all?.failed }
    },
  }
}

/** Changes one bit of a file in place. */
export async function flipBit(path: string): Promise<void> {
  const bytes = await readFile(path)
  bytes[0] = (bytes[0] ?? 0) ^ 1
  await chmod(path, 0o600)
  await writeFile(path, bytes)
}

/** The same provider, with a look at how much it is sent. */
function counting(provider: Provider) {
  let sent = 0
  const put: Provider['put'] = (key, source, sizeBytes) => {
    const counted = (async function* () {
      for await (const chunk of source) {
        sent += chunk.byteLength
        yield chunk
      }
    })()
    return provider.put(key, counted, sizeBytes)
  }
  return { provider: { ...provider, put }, sentBytes: () => sent }
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
