import { onTestFinished } from 'vitest'
import { sqlBlobs } from '../adapters/sql/blobs.ts'
import { type Database, openDatabase } from '../adapters/sql/database.ts'
import { sqlDerivations } from '../adapters/sql/derivations.ts'
import { sqlIngest } from '../adapters/sql/ingest.ts'
import { sqlJobs } from '../adapters/sql/jobs.ts'
import { sqlLibrary } from '../adapters/sql/library.ts'
import { reservedPaths } from '../adapters/sql/reserved.ts'
import { sqlUploads } from '../adapters/sql/uploads.ts'
import type { Digest } from '../core/digest.ts'
import { newId, newTraceId } from '../core/ids.ts'
import type { NewVersion } from '../core/ports/index.ts'
import { migratedCatalog } from './migrated-catalog.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { testKeys } from './test-keys.ts'

/** A migrated catalog on disk with one user and two books of one chapter each; in `folder`, if any. */
export async function seededCatalog(folder?: string) {
  const root = folder ?? (await temporaryFolder())
  const db = openDatabase(await migratedCatalog(root))
  onTestFinished(() => db.close())
  const userId = await addUser(db, 'ada')
  const first = await addChapter(db, 'Engineering')
  const second = await addChapter(db, 'Sales')
  const reserved = reservedPaths()
  const catalog = {
    ingest: sqlIngest(db, testKeys, { reserved }),
    blobs: sqlBlobs(db, testKeys),
    library: sqlLibrary(db),
    jobs: sqlJobs(db),
    derivations: sqlDerivations(db),
    uploads: sqlUploads(db, reserved),
  }
  return { root, db, catalog, userId, first, second }
}

export type SeededCatalog = Awaited<ReturnType<typeof seededCatalog>>

async function addUser(db: Database, name: string): Promise<string> {
  const id = newId()
  await db.writer
    .insertInto('users')
    .values({
      id,
      username: name,
      username_key: name,
      display_name: name,
      org_role: 'member',
      created_at: 0,
    })
    .execute()
  return id
}

async function addChapter(
  db: Database,
  name: string,
): Promise<{ bookId: string; chapterId: string }> {
  const ids = { bookId: newId(), chapterId: newId() }
  const named = { name, name_key: name.toLowerCase(), created_at: 0 }
  await db.writer
    .insertInto('books')
    .values({ id: ids.bookId, ...named })
    .execute()
  await db.writer
    .insertInto('chapters')
    .values({ id: ids.chapterId, book_id: ids.bookId, ...named })
    .execute()
  return ids
}

/** A version to commit, with fresh ids, into the first chapter unless said otherwise. */
export const newVersion = (
  seed: Pick<SeededCatalog, 'userId' | 'first'>,
  content: { digest: Digest; sizeBytes: number },
  change: Partial<NewVersion> = {},
): NewVersion => ({
  versionId: newId(),
  jobId: newId(),
  documentId: newId(),
  chapterId: seed.first.chapterId,
  folder: '',
  name: `${newId()}.txt`,
  onConflict: 'version',
  createdBy: seed.userId,
  door: 'api',
  traceId: newTraceId(),
  now: Date.now(),
  ...content,
  ...change,
})
