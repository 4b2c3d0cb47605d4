import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { openDatabase } from '../database.ts'
import * as first from './0001-first.ts'
import * as seeAs from './0014-see-as.ts'

it('leaves every session to itself, ends with its session, and is taken back', async () => {
  const { writer, close } = openDatabase(join(await temporaryFolder(), 'catalog.sqlite'))
  onTestFinished(close)
  // Migrations know no tables but those they meet.
  const db = writer as unknown as Kysely<unknown>
  const rows = async (text: string) => (await sql.raw(text).execute(db)).rows
  await first.up(db)
  for (const name of ['ann', 'bob']) {
    await rows(`insert into users (id, username, username_key, display_name, org_role, created_at)
      values ('${name}', '${name}', '${name}', '${name}', 'member', 1)`)
  }
  await rows(`insert into sessions (id, id_hash, user_id, created_at, last_used_at, expires_at,
    idle_ms, user_agent, address) values ('s', 'h', 'ann', 1, 1, 9, 9, '', '')`)
  await seeAs.up(db)
  expect(await rows('select * from see_as')).toEqual([])
  await rows(`insert into see_as values ('s', 'bob', 1, 2)`)
  await expect(rows(`insert into see_as values ('s', 'ann', 1, 2)`)).rejects.toThrow('UNIQUE')
  await expect(rows('update see_as set ends_at = 1')).rejects.toThrow('CHECK')
  await rows('delete from sessions')
  expect(await rows('select * from see_as')).toEqual([])
  await seeAs.down(db)
  expect(await rows('select id from users order by id')).toEqual([{ id: 'ann' }, { id: 'bob' }])
  await seeAs.up(db)
})
