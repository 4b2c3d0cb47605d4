import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { openDatabase } from '../database.ts'
import * as first from './0001-first.ts'
import * as directory from './0013-directory.ts'

it('leaves local accounts and groups as they are, and lets nobody of a directory in without it', async () => {
  const { writer, close } = openDatabase(join(await temporaryFolder(), 'catalog.sqlite'))
  onTestFinished(close)
  // Migrations know no tables but those they meet.
  const db = writer as unknown as Kysely<unknown>
  const rows = async (text: string) => (await sql.raw(text).execute(db)).rows
  await first.up(db)
  const user = (id: string) =>
    `insert into users (id, username, username_key, display_name, org_role, created_at)
     values ('${id}', '${id}', '${id}', '${id}', 'admin', 1)`
  await rows(user('local'))
  await rows(`insert into groups (id, name, name_key, created_at) values ('g', 'G', 'g', 1)`)
  await rows(`insert into group_members values ('g', 'local')`)
  await directory.up(db)
  expect(await rows('select id, directory, left_at, good_until from users')).toEqual([
    { id: 'local', directory: null, left_at: null, good_until: null },
  ])
  await rows(user('far'))
  await rows(`update users set directory = 'ex', object_id = 'x' where id = 'far'`)
  await rows(`insert into group_members values ('g', 'far')`)
  await expect(rows(`update users set directory = 'ex' where id = 'local'`)).rejects.toThrow()
  await directory.down(db)
  expect(
    await rows('select id, org_role, disabled_at is null as active from users order by id'),
  ).toEqual([
    { id: 'far', org_role: 'member', active: 0 },
    { id: 'local', org_role: 'admin', active: 1 },
  ])
  expect(await rows(`select user_id from group_members order by 1`)).toEqual([
    { user_id: 'far' },
    { user_id: 'local' },
  ])
  await directory.up(db)
})
