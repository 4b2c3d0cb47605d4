import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { sqlCare } from './care.ts'
import { openDatabase } from './database.ts'
import * as first from './migrations/0001-first.ts'
import * as store from './migrations/0005-store.ts'

const blob = (id: number, refs: number) => sql`
  insert into blobs (id, tag, digest, path, size_bytes, refs, zero_since, created_at)
  values (${id}, ${`t${id}`}, ${`d${id}`}, ${`p${id}`}, 1, ${refs}, ${refs === 0 ? 1 : null}, 1)`

it('gives what was idle its grace anew, and goes back to the schema before with all rows', async () => {
  const db = openDatabase(join(await temporaryFolder(), 'catalog.sqlite'))
  onTestFinished(() => db.close())
  const writer = db.writer as unknown as Kysely<unknown>
  await first.up(writer)
  const before = await schemaOf(writer)
  await blob(1, 0).execute(writer)
  await blob(2, 3).execute(writer)

  await store.up(writer)
  await sqlCare(db).beat({ boot: 'a', ms: 5 })
  const idle = sql<{ id: number; idle_since_ms: number | null }>`
    select id, idle_since_ms from blobs order by id`
  expect((await idle.execute(writer)).rows).toEqual([
    { id: 1, idle_since_ms: 0 },
    { id: 2, idle_since_ms: null },
  ])
  await sql`insert into leases (id, blob_id, note, created_at) values ('l', 1, 'n', 1)`.execute(
    writer,
  )

  await store.down(writer)
  const rows = await sql`select id, refs from blobs order by id`.execute(writer)
  expect(rows.rows).toEqual([
    { id: 1, refs: 0 },
    { id: 2, refs: 3 },
  ])
  expect(await schemaOf(writer)).toEqual(before)
})

async function schemaOf(db: Kysely<unknown>): Promise<unknown[]> {
  const { rows } = await sql`
    select type, name, tbl_name from sqlite_master order by name`.execute(db)
  const columns = await sql`select name from pragma_table_info('blobs')`.execute(db)
  return [...rows, ...columns.rows]
}
