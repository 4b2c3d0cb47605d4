import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { openDatabase } from '../database.ts'
import * as first from './0001-first.ts'
import * as seeAs from './0014-see-as.ts'
import * as revisions from './0016-revisions.ts'

it('counts changes of shelves and rights from then on, those that follow from others too', async () => {
  const { writer, close } = openDatabase(join(await temporaryFolder(), 'catalog.sqlite'))
  onTestFinished(close)
  // Migrations know no tables but those they meet.
  const db = writer as unknown as Kysely<unknown>
  const rows = async (text: string) => (await sql.raw(text).execute(db)).rows
  await first.up(db)
  await seeAs.up(db)
  await rows(`insert into users (id, username, username_key, display_name, org_role, created_at)
    values ('ann', 'ann', 'ann', 'Ann', 'member', 1)`)
  await rows(`insert into books (id, name, name_key, created_at) values ('b', 'B', 'b', 1)`)
  await rows(`insert into grants (id, book_id, user_id, role, created_at)
    values ('g', 'b', 'ann', 'viewer', 1)`)
  await revisions.up(db)
  const counted = () => rows('select shelves, rights from revisions')
  expect(await counted()).toEqual([{ shelves: 0, rights: 0 }])
  await rows(`update grants set role = 'admin' where id = 'g'`)
  await rows(`update books set name = 'C' where id = 'b'`)
  expect(await counted()).toEqual([{ shelves: 1, rights: 1 }])
  await rows(`update users set display_name = 'Anna' where id = 'ann'`)
  expect(await counted()).toEqual([{ shelves: 1, rights: 1 }])
  await rows(`delete from books where id = 'b'`)
  expect(await counted()).toEqual([{ shelves: 2, rights: 2 }])
  expect(await rows('select id from grants')).toEqual([])
  await revisions.down(db)
  await rows(`insert into books (id, name, name_key, created_at) values ('b', 'B', 'b', 1)`)
  await revisions.up(db)
  expect(await counted()).toEqual([{ shelves: 0, rights: 0 }])
})
