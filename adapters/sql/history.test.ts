import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { newId, newTraceId } from '../../core/ids.ts'
import { commitContent } from '../../tests/commit-content.ts'
import { act, digestOf, shelf } from '../../tests/contracts/library-shelf.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { testKeys } from '../../tests/test-keys.ts'
import { openDatabase } from './database.ts'
import { sqlHistory } from './history.ts'
import { sqlIngest } from './ingest.ts'
import { sqlJobs } from './jobs.ts'
import { sqlJournal } from './journal.ts'
import { sqlLibrary } from './library.ts'
import { migrateDown, migrateUp } from './migrate.ts'
import { sqlPeople } from './people.ts'

/** A catalog with a share, and a document of which versions come through doors. */
async function catalogWithShare() {
  const db = openDatabase(join(await temporaryFolder(), 'catalog.sqlite'))
  onTestFinished(() => db.close())
  await migrateUp(db.writer)
  const library = sqlLibrary(db)
  const ingest = sqlIngest(db, testKeys)
  const { userId, chapterId, bookId } = await shelf({
    ingest,
    library,
    people: sqlPeople(db),
    jobs: sqlJobs(db),
    journal: sqlJournal(db),
  })
  const shareId = newId()
  await sql`insert into shares (id, name, path, chapter_id, owner_id, exclude, settle_ms, enabled, created_at)
    values (${shareId}, 'Engineering', '/srv/plans', ${chapterId}, ${userId}, '[]', 1, 1, 0)`.execute(
    db.writer,
  )
  const commit = (content: string, door: 'web' | 'share') =>
    commitContent(ingest, {
      versionId: newId(),
      jobId: newId(),
      documentId: newId(),
      chapterId,
      folder: '',
      name: 'plan.txt',
      onConflict: 'version',
      digest: digestOf(content),
      sizeBytes: content.length,
      createdBy: userId,
      door,
      traceId: newTraceId(),
      now: 1,
    })
  const found = (path: string, versionId: string) =>
    sql`insert into share_entries (share_id, path, device, inode, size_bytes, mtime_ns, ctime_ns,
        state, version_id, attempts, updated_at)
      values (${shareId}, ${Buffer.from(path)}, '1', '2', 1, '1', '1', 'stored', ${versionId}, 0, 1)
      on conflict (share_id, path) do update set version_id = excluded.version_id`.execute(
      db.writer,
    )
  return { db, library, userId, bookId, chapterId, shareId, commit, found, history: sqlHistory(db) }
}

type World = Awaited<ReturnType<typeof catalogWithShare>>

/** Number of each version, and where it came from. */
async function told({ history, chapterId }: World, documentId: string) {
  const rows = await history.page([chapterId], documentId, { limit: 10 })
  return rows.map(({ version, origin: { share, ...rest } }) => ({
    number: version.number,
    ...rest,
    ...(share && { share: `${share.name}: ${Buffer.from(share.path)}` }),
  }))
}

it('remembers of each version the file of the share that it was', async () => {
  const world = await catalogWithShare()
  const { commit, found, db, shareId } = world
  const first = await commit('one', 'share')
  await found('a/plan.txt', first.version.id)
  const second = await commit('two', 'web')
  const third = await commit('three', 'share')
  await found('a/plan.txt', third.version.id)
  // The file was moved: the version stays where it was found first.
  await found('b/plan.txt', third.version.id)
  // What people brought is no file of the share, even when it is found to be the same.
  await found('c/plan.txt', second.version.id)
  const expected = [
    { number: 3, share: 'Engineering: a/plan.txt' },
    { number: 2 },
    { number: 1, share: 'Engineering: a/plan.txt' },
  ]
  expect(await told(world, first.documentId)).toEqual(expected)
  await sql`update shares set name = 'Works' where id = ${shareId}`.execute(db.writer)
  expect((await told(world, first.documentId))[0]).toMatchObject({ share: 'Works: a/plan.txt' })
  await sql`delete from share_entries`.execute(db.writer)
  await sql`delete from shares where id = ${shareId}`.execute(db.writer)
  expect(await told(world, first.documentId)).toEqual(expected)
})

it('says which version was taken up again', async () => {
  const world = await catalogWithShare()
  const { commit, library, userId } = world
  const first = await commit('one', 'web')
  await commit('two', 'web')
  const by = { ...act(userId), userId, newVersionId: newId(), jobId: newId() }
  await library.restoreVersion('all', first.version.id, by)
  expect((await told(world, first.documentId))[0]).toEqual({ number: 3, restoredFrom: 1 })
})

it('gives versions a page at a time, and none to those who do not see them', async () => {
  const { commit, history, chapterId } = await catalogWithShare()
  let documentId = ''
  for (const content of ['one', 'two', 'three', 'four', 'five']) {
    documentId = (await commit(content, 'web')).documentId
  }
  const numbers = async (slice: { limit: number; before?: number }, visible = [chapterId]) =>
    (await history.page(visible, documentId, slice)).map(({ version }) => version.number)
  expect(await numbers({ limit: 2 })).toEqual([5, 4])
  expect(await numbers({ limit: 2, before: 4 })).toEqual([3, 2])
  expect(await numbers({ limit: 10, before: 2 })).toEqual([1])
  expect(await numbers({ limit: 10 }, [newId()])).toEqual([])
})

it('is filled in for versions that were there before it', async () => {
  const world = await catalogWithShare()
  const { commit, found, db } = world
  const first = await commit('one', 'share')
  await migrateDown(db.writer)
  await found('a/plan.txt', first.version.id)
  await migrateUp(db.writer)
  expect(await told(world, first.documentId)).toEqual([
    { number: 1, share: 'Engineering: a/plan.txt' },
  ])
})
