import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { seededCatalog } from '../../tests/seeded-catalog.ts'
import { sqlPassages } from './passages.ts'

const QUERY = { terms: ['report'], phrases: [], excluded: [] }

it('finds a name however much of that name lies in the trash, and again when it is taken out', async () => {
  const { db, userId, first } = await seededCatalog()
  const names = async () =>
    (await sqlPassages(db).names(QUERY, [first.chapterId], {}, 10)).map((id) => id)
  const many = sql`with recursive n (i) as (select 1 union all select i + 1 from n where i < 600)`
  await db.write(async (tx) => {
    await sql`insert into blobs (id, tag, digest, path, size_bytes, created_at)
      values (1, 't', 'd', 'p', 1, 0)`.execute(tx)
    await sql`insert into documents
      (id, chapter_id, name, current_version_id, created_by, created_at, updated_at)
      ${many} select 'd' || i, ${first.chapterId}, 'Report ' || i || '.txt', 'v' || i, ${userId}, 0, 0
      from n`.execute(tx)
    await sql`insert into versions
      (id, document_id, number, blob_id, size_bytes, created_by, created_at, door, linked_at, trace_id)
      ${many} select 'v' || i, 'd' || i, 1, 1, 1, ${userId}, 0, 'web', 1, 't' from n`.execute(tx)
  })
  const trash = (at: number | null) =>
    db.writer.updateTable('documents').set({ trashed_at: at }).where('id', '<>', 'd1').execute()
  await trash(5)
  expect(await names()).toEqual(['d1'])
  await trash(null)
  expect(await names()).toHaveLength(10)
})
