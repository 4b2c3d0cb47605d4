import { sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { newId } from '../../core/ids.ts'
import type { ListQuery } from '../../core/ports/index.ts'
import { libraryContract } from '../../tests/contracts/library.ts'
import { act, shelf, store } from '../../tests/contracts/library-shelf.ts'
import { migratedCatalog } from '../../tests/migrated-catalog.ts'
import { plansOf } from '../../tests/statement-plans.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { testKeys } from '../../tests/test-keys.ts'
import { type Database, openDatabase } from './database.ts'
import { sqlIngest } from './ingest.ts'
import { sqlJobs } from './jobs.ts'
import { sqlJournal } from './journal.ts'
import { sqlLibrary } from './library.ts'
import { sqlPeople } from './people.ts'

libraryContract('SQLite', async () => catalogOf(await open()))

it('reads a page of ten thousand documents from an index, whatever the order', async () => {
  const db = await open()
  const { library, ...rest } = catalogOf(db)
  const { userId, bookId, chapterId } = await shelf({ library, ...rest })
  await fill(db, { userId, chapterId }, 10_000)
  const other = { id: newId(), bookId, name: 'Other', createdAt: 1 }
  await library.createChapter(other)
  const queries: Partial<ListQuery>[] = [
    { chapterId, folder: 'f7' },
    { chapterId },
    { chapterId, sort: 'updated' },
    { chapterId, folder: 'f7', sort: 'updated' },
    { chapterId, sort: 'size' },
    { chapterId, trashed: true },
    { sort: 'updated' },
    {},
  ]
  for (const query of queries) {
    for (const visible of ['all', [chapterId, other.id]] as const) {
      const statements = await plansOf(db, async () => {
        const page = await library.list(visible, {
          sort: 'name',
          descending: false,
          limit: 100,
          ...query,
        })
        expect(page.items).toHaveLength(query.trashed ? 0 : 100)
        const { nextCursor: cursor } = page
        if (cursor) {
          const next = { sort: 'name', descending: true, limit: 100, ...query, cursor } as const
          await library.list(visible, next)
        }
      })
      expect(statements.length).toBeLessThanOrEqual(2)
      for (const { text, plan } of statements) {
        expect(plan, text).toMatch(/SEARCH d USING (COVERING )?INDEX documents_/)
        expect(plan, text).not.toMatch(/SCAN (d|v|w|b|n|j|s|p|u|documents|versions|jobs)\b/)
      }
    }
  }
})

it('starts a later page of a folder or a chapter inside the index, and sorts nothing', async () => {
  const db = await open()
  const catalog = catalogOf(db)
  const place = await shelf(catalog)
  await fill(db, place, 300)
  for (const order of [
    { sort: 'name' },
    { sort: 'updated' },
    { folder: 'f1', sort: 'name' },
  ] as const) {
    for (const descending of [false, true]) {
      const query = { chapterId: place.chapterId, limit: 2, descending, ...order }
      const { nextCursor = '' } = await catalog.library.list('all', query)
      const [statement] = await plansOf(db, async () => {
        await catalog.library.list('all', { ...query, cursor: nextCursor })
      })
      const inner = statement?.plan.slice(0, statement.plan.indexOf('SCAN page'))
      expect(inner).toMatch(/SEARCH d USING .*INDEX documents_\w+ \(chapter_id=\?.* AND \S+[<>]\?/)
      expect(inner).not.toContain('TEMP B-TREE')
    }
  }
})

it('reads a damaged content from the whole copy that came in since', async () => {
  const db = await open()
  const catalog = catalogOf(db)
  const place = await shelf(catalog)
  const { documentId, versionId } = await store(catalog, place, { name: 'a', content: 'same' })
  await sql`update blobs set state = 'damaged'`.execute(db.writer)
  const damaged = await catalog.library.version('all', versionId)
  await store(catalog, place, { name: 'b', content: 'same' })
  const whole = await catalog.library.version('all', versionId)
  expect(whole?.path).not.toBe(damaged?.path)
  expect((await catalog.library.document('all', documentId))?.version.path).toBe(whole?.path)
})

it('releases the blobs of a purged document, and keeps those others point to', async () => {
  const db = await open()
  const catalog = catalogOf(db)
  const place = await shelf(catalog)
  const { documentId } = await store(catalog, place, { name: 'a', content: 'shared' })
  await store(catalog, place, { name: 'a', content: 'own' })
  await store(catalog, place, { name: 'b', content: 'shared' })
  await catalog.library.trash('all', documentId, act(place.userId))
  await catalog.library.purge('all', documentId, act(place.userId))
  const blobs = await db.read
    .selectFrom('blobs')
    .select(['refs', 'zero_since'])
    .orderBy('refs')
    .execute()
  expect(blobs).toEqual([
    { refs: 0, zero_since: expect.any(Number) },
    { refs: 1, zero_since: null },
  ])
})

async function open(): Promise<Database> {
  const db = openDatabase(await migratedCatalog(await temporaryFolder()))
  onTestFinished(() => db.close())
  return db
}

const catalogOf = (db: Database) => ({
  library: sqlLibrary(db),
  ingest: sqlIngest(db, testKeys),
  people: sqlPeople(db),
  jobs: sqlJobs(db),
  journal: sqlJournal(db),
})

/**
 * Documents with a version and a content each, in one hundred folders, straight into the tables.
 */
async function fill(db: Database, place: { userId: string; chapterId: string }, count: number) {
  await db.write(async (tx) => {
    const numbers = sql`with recursive n (i) as (select 1 union all select i + 1 from n where i < ${count})`
    await sql`insert into blobs (id, tag, digest, path, size_bytes, created_at)
      ${numbers} select i, printf('%064d', i), printf('%064d', i), 'p' || i, i % 997, i from n`.execute(
      tx,
    )
    await sql`insert into documents
      (id, chapter_id, folder, name, current_version_id, created_by, created_at, updated_at)
      ${numbers} select 'd' || i, ${place.chapterId}, 'f' || (i % 100), 'File ' || i, 'v' || i,
        ${place.userId}, i, i % 5000 from n`.execute(tx)
    await sql`insert into versions
      (id, document_id, number, blob_id, size_bytes, created_by, created_at, door, trace_id)
      ${numbers} select 'v' || i, 'd' || i, 1, i, i % 997, ${place.userId}, i, 'web', 't'
      from n`.execute(tx)
  })
}
