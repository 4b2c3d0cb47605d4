import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { builtinEmbedder } from '../adapters/builtin/embedder.ts'
import { childExtractor } from '../adapters/child/extractor.ts'
import { diskBlobStore } from '../adapters/disk/blob-store.ts'
import { lancedbVectorIndex } from '../adapters/lancedb/vector-index.ts'
import { memoryKv } from '../adapters/memory/kv.ts'
import { pinoLog } from '../adapters/pino/log.ts'
import { sqlCatalog } from '../adapters/sql/catalog.ts'
import { systemShareMeter } from '../adapters/system/share-meter.ts'
import { resolveAccess } from '../core/access/access.ts'
import { newId, newTraceId } from '../core/ids.ts'
import { ingestFile } from '../core/ingest/ingest-file.ts'
import { settleArrivals } from '../core/ingest/settle.ts'
import { steps } from '../core/pipeline/steps.ts'
import type { Ports } from '../core/ports/index.ts'
import { search } from '../core/search/search.ts'
import { runNext } from '../worker/loop.ts'
import { moveReplays } from '../worker/replay.ts'
import { lookInside } from './look-inside.ts'
import { manualClock } from './manual-clock.ts'
import { migratedCatalog } from './migrated-catalog.ts'
import { noModels } from './no-models.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { testKeys } from './test-keys.ts'

const MIB = 2 ** 20

/** Everything between a stored file and a search for it, as it is in the product, in one process. */
export async function understandingBox() {
  const root = await temporaryFolder()
  const catalog = sqlCatalog(await migratedCatalog(root), testKeys)
  const embedder = builtinEmbedder()
  const clock = manualClock()
  await catalog.spaces.adopt('text', embedder.space, clock.now())
  const ports: Ports = {
    catalog,
    embedder,
    clock,
    blobs: await diskBlobStore(root, 0, { look: lookInside }),
    index: await lancedbVectorIndex({ uri: join(root, 'index') }),
    log: pinoLog('test', 'silent'),
    keys: testKeys,
    kv: memoryKv(clock),
    providers: [],
    shareMeter: systemShareMeter(root),
    ...noModels,
    extractor: childExtractor({
      command: [process.execPath, join(import.meta.dirname, '..', 'worker', 'parse', 'main.ts')],
      limits: { memoryBytes: 700 * MIB, cpuSeconds: 60, wallMs: 60_000 },
    }),
  }
  onTestFinished(async () => {
    await ports.index.close()
    await catalog.close()
  })
  const { people, library } = catalog
  const owner = newId()
  const user = { id: owner, username: 'owner', displayName: 'owner', createdAt: 0 }
  await people.createUser({ ...user, orgRole: 'admin' })

  const access = (userId = owner) =>
    resolveAccess(ports, {
      userId,
      username: 'somebody',
      displayName: 'Somebody',
      orgRole: userId === owner ? 'admin' : 'member',
      scopes: ['read', 'write', 'admin'],
      traceId: newTraceId(),
    })

  return {
    ports,
    clock,
    access,

    async chapter(name: string) {
      const book = await library.createBook({ id: newId(), name, createdAt: 0 })
      const chapter = { id: newId(), bookId: book.id, name: 'Chapter', createdAt: 0 }
      return { bookId: book.id, chapterId: (await library.createChapter(chapter)).id }
    },

    async reader(bookId: string) {
      const id = newId()
      const reader = { id, username: id, displayName: id, orgRole: 'member', createdAt: 0 } as const
      await people.createUser(reader)
      await library.putGrant({ id: newId(), bookId, userId: id, role: 'viewer', createdAt: 0 })
      return id
    },

    async store(chapterId: string, name: string, content: string | Uint8Array) {
      clock.advance(1000)
      const source = (async function* () {
        yield Buffer.from(content)
      })()
      const onConflict = 'version' as const
      return ingestFile(ports, await access(), { source, name, chapterId, onConflict, door: 'web' })
    },

    /** Runs every job that is ready, and waits for what is replayed; returns how many ran. */
    async work(changed: Partial<Ports> = {}, definitions = steps): Promise<number> {
      const { signal } = new AbortController()
      const options = { worker: 'test', leaseMs: 60_000, maxAttempts: 3, signal }
      let count = 0
      // What came with a mail arrives while the mail is worked on.
      for (let before = -1; before < count || (await settleArrivals(ports)).length > 0; ) {
        before = count
        while (await runNext({ ...ports, ...changed }, definitions, options)) count++
        const { ended, nextAt } = await moveReplays(ports, definitions, options)
        count += ended
        if (ended === 0 && nextAt !== undefined) {
          clock.advance(Math.max(0, nextAt - clock.now()))
          before = -1
        }
      }
      return count
    },

    async found(text: string, userId = owner) {
      const results = await search(ports, await access(userId), { text, sort: 'best', limit: 50 })
      return results.hits
    },
  }
}
