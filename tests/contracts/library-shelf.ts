import { createHash } from 'node:crypto'
import type { Digest } from '../../core/digest.ts'
import { newId, newTraceId } from '../../core/ids.ts'
import type { OnConflict } from '../../core/model/library.ts'
import type { Catalog } from '../../core/ports/index.ts'
import { commitContent } from '../commit-content.ts'

/** The parts of a catalog that the library's suites need. */
export type LibraryCatalog = Pick<Catalog, 'library' | 'ingest' | 'people' | 'jobs' | 'journal'>

export const digestOf = (content: string) =>
  createHash('sha256').update(content).digest('hex') as Digest

/** A moment to count from; each call of `later` is a second after the one before. */
let clock = Date.UTC(2026, 0, 1)
export const later = (): number => {
  clock += 1000
  return clock
}

/** What the audit gets to know of a deed in a test. */
export const act = (userId: string) => ({ userId, traceId: newTraceId(), now: later() })

/** A person with an account. */
export async function person(catalog: LibraryCatalog, name: string): Promise<string> {
  const id = newId()
  await catalog.people.createUser({
    id,
    username: name.toLowerCase(),
    displayName: name,
    orgRole: 'member',
    createdAt: later(),
  })
  return id
}

/** A book with one chapter and somebody who puts things there. */
export async function shelf(catalog: LibraryCatalog, name = 'Work') {
  const userId = await person(catalog, `Ada of ${name}`)
  const book = await catalog.library.createBook({ id: newId(), name, createdAt: later() })
  const chapterId = await chapter(catalog, book.id, 'Plans')
  return { userId, bookId: book.id, chapterId }
}

export async function chapter(catalog: LibraryCatalog, bookId: string, name: string) {
  const made = { id: newId(), bookId, name, createdAt: later() }
  return (await catalog.library.createChapter(made)).id
}

/** Commits one file, as an ingest would; the content's blob is made when it is new. */
export async function store(
  catalog: LibraryCatalog,
  place: { userId: string; chapterId: string },
  file: { name: string; folder?: string; content?: string; onConflict?: OnConflict; size?: number },
): Promise<{ documentId: string; versionId: string; jobId: string; digest: Digest }> {
  const content = file.content ?? file.name
  const input = {
    versionId: newId(),
    jobId: newId(),
    documentId: newId(),
    chapterId: place.chapterId,
    folder: file.folder ?? '',
    name: file.name,
    onConflict: file.onConflict ?? 'version',
    digest: digestOf(content),
    sizeBytes: file.size ?? content.length,
    createdBy: place.userId,
    door: 'web' as const,
    traceId: newTraceId(),
    now: later(),
  }
  const { documentId, version, jobId } = await commitContent(catalog.ingest, input)
  return { documentId, versionId: version.id, jobId, digest: input.digest }
}

/** Code and reason of a promised refusal. */
export const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing was refused',
    (error: { code?: string; reason?: string }) =>
      [error.code, error.reason].filter(Boolean).join(' '),
  )
