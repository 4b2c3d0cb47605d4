import { createHash } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { builtinEmbedder } from '../adapters/builtin/embedder.ts'
import { memoryVectorIndex } from '../adapters/memory/vector-index.ts'
import { sqlCatalog } from '../adapters/sql/catalog.ts'
import { type Access, resolveAccess } from '../core/access/access.ts'
import type { Digest } from '../core/digest.ts'
import { newId, newTraceId } from '../core/ids.ts'
import type { OrgRole, Role } from '../core/model/actor.ts'
import type { Locator } from '../core/model/locator.ts'
import type { VectorIndex } from '../core/ports/index.ts'
import { reindexPointers } from '../core/search/relink.ts'
import { commitContent } from './commit-content.ts'
import { manualClock } from './manual-clock.ts'
import { migratedCatalog } from './migrated-catalog.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { testKeys } from './test-keys.ts'

/** A document to be found; each text is a page of it. */
export interface Findable {
  chapterId: string
  name: string
  texts: string[]
  folder?: string
  kind?: string
  /** Stored and read, but not released yet. */
  waits?: boolean
}

/** A catalog on disk with documents that are read and findable, without the reading. */
export async function searchWorld(
  openIndex: () => Promise<VectorIndex> = async () => memoryVectorIndex(),
) {
  const catalog = sqlCatalog(await migratedCatalog(await temporaryFolder()), testKeys)
  const index = await openIndex()
  onTestFinished(async () => {
    await index.close()
    await catalog.close()
  })
  const clock = manualClock()
  const ports = { catalog, index, embedder: builtinEmbedder(), clock }
  const { people, library } = catalog

  async function person(name: string, orgRole: OrgRole = 'member'): Promise<string> {
    const id = newId()
    await people.createUser({ id, username: name, displayName: name, orgRole, createdAt: 0 })
    return id
  }
  const owner = await person('owner', 'admin')

  return {
    ports,
    owner,
    person,

    async book(name: string, ...chapters: string[]) {
      const book = await library.createBook({ id: newId(), name, createdAt: 0 })
      const made = { id: book.id, chapters: [] as string[] }
      for (const each of chapters) {
        const chapter = { id: newId(), bookId: book.id, name: each, createdAt: 0 }
        made.chapters.push((await library.createChapter(chapter)).id)
      }
      return made
    },

    async grant(userId: string, bookId: string, chapterId?: string, role: Role = 'viewer') {
      const place = { bookId, ...(chapterId && { chapterId }) }
      await library.putGrant({ id: newId(), userId, role, createdAt: 0, ...place })
    },

    access(userId: string, orgRole: OrgRole = 'member'): Promise<Access> {
      return resolveAccess(ports, {
        userId,
        username: userId,
        displayName: userId,
        orgRole,
        scopes: ['read', 'write', 'admin'],
        traceId: newTraceId(),
      })
    },

    /** Stores a document; its content is understood once, like anybody's. */
    async put(file: Findable) {
      const digest = digestOf(file.texts)
      const input = {
        versionId: newId(),
        jobId: newId(),
        documentId: newId(),
        chapterId: file.chapterId,
        folder: file.folder ?? '',
        name: file.name,
        onConflict: 'version' as const,
        digest,
        sizeBytes: 1,
        createdBy: owner,
        door: 'web' as const,
        traceId: newTraceId(),
        now: clock.now(),
      }
      clock.advance(1000)
      const { documentId, version } = await commitContent(catalog.ingest, input)
      await catalog.blobs.setType(digest, 'application/pdf', file.kind ?? 'pdf')
      await understand(ports, digest, file.texts)
      if (!file.waits) {
        await catalog.ingest.markLinked(version.id, clock.now())
        await reindexPointers(ports, digest)
      }
      return { documentId, versionId: version.id, digest }
    },
  }
}

export type SearchWorld = Awaited<ReturnType<typeof searchWorld>>

async function understand(
  { catalog, index, embedder }: SearchWorld['ports'],
  digest: Digest,
  texts: string[],
): Promise<void> {
  const chunks = texts.map((text, ordinal) => {
    const locator: Locator = { page: ordinal + 1 }
    return { ordinal, text, locator }
  })
  await catalog.passages.replace(digest, chunks)
  const vectors = await embedder.embed(texts)
  const rows = vectors.map((vector, ordinal) => ({ ordinal, vector }))
  await index.of(embedder.space).upsert(digest, rows, await catalog.passages.placesOf(digest))
}

const digestOf = (texts: string[]) =>
  createHash('sha256').update(texts.join('\f')).digest('hex') as Digest
