import { onTestFinished } from 'vitest'
import { memoryBlobStore } from '../adapters/memory/blob-store.ts'
import { memoryVectorIndex } from '../adapters/memory/vector-index.ts'
import { sqlCatalog } from '../adapters/sql/catalog.ts'
import { resolveAccess } from '../core/access/access.ts'
import { newId, newTraceId } from '../core/ids.ts'
import { ingestFile } from '../core/ingest/ingest-file.ts'
import { settleArrivals } from '../core/ingest/settle.ts'
import { storeDerived } from '../core/ingest/store-derived.ts'
import type { Actor, Role } from '../core/model/actor.ts'
import type { Step } from '../core/model/job.ts'
import { encodeExtraction } from '../core/pipeline/extraction.ts'
import type { Extraction, StepResult } from '../core/ports/index.ts'
import { manualClock } from './manual-clock.ts'
import { migratedCatalog } from './migrated-catalog.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { testKeys } from './test-keys.ts'

const LEASE_MS = 60_000

/**
 * A book with one chapter, people with roles in it, and the hands to store and understand a
 * file.
 */
export async function libraryBox() {
  const catalog = sqlCatalog(await migratedCatalog(await temporaryFolder()), testKeys)
  onTestFinished(() => catalog.close())
  const ports = {
    catalog,
    clock: manualClock(),
    blobs: memoryBlobStore(),
    index: memoryVectorIndex(),
  }
  const book = await catalog.library.createBook({ id: newId(), name: 'Work', createdAt: 0 })
  const chapter = { id: newId(), bookId: book.id, name: 'Plans', createdAt: 0 }
  await catalog.library.createChapter(chapter)

  const as = async (name: string, role?: Role) => {
    const known = await catalog.people.userByName(name)
    const user = { id: newId(), username: name, displayName: name, createdAt: 0 }
    const { id } = known ?? (await catalog.people.createUser({ ...user, orgRole: 'member' }))
    const grant = { id: newId(), bookId: book.id, userId: id, createdAt: 0 }
    if (role) await catalog.library.putGrant({ ...grant, role })
    return resolveAccess(ports, actorOf(id))
  }

  const store = async (name: string, content: string) => {
    const file = { source: once(Buffer.from(content)), name, chapterId: chapter.id }
    const committed = await ingestFile(ports, await as('ada', 'admin'), { ...file, door: 'web' })
    await settleArrivals(ports)
    return committed
  }

  /** Does one step of whatever waits, with a result made elsewhere. */
  const finish = async (step: Step, result: Partial<StepResult> = {}) => {
    const now = ports.clock.now()
    const job = await catalog.jobs.take('w', [step], LEASE_MS, now)
    if (!job) throw new Error(`there is no ${step} to be done`)
    await catalog.jobs.finish(job.id, 'w', { state: 'done', facts: {}, next: [], ...result }, now)
  }

  const understand = async (extraction: Extraction, facts: Record<string, unknown> = {}) => {
    await finish('probe', { next: [next('extract'), next('preview')] })
    const blobId = await storeDerived(ports, encodeExtraction(extraction))
    const { coverage } = extraction
    await finish('extract', { facts, blobId, coverage, next: [next('chunk')] })
    await finish('chunk', { facts: { chunks: 7 } })
  }

  return { ports, book, chapter, as, store, finish, understand }
}

const next = (step: Step) => ({ step, stepVersion: 1, priority: 10 })

export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

const actorOf = (userId: string): Actor => ({
  userId,
  username: userId,
  displayName: userId,
  orgRole: 'member',
  scopes: ['read', 'write', 'admin'],
  traceId: newTraceId(),
})
