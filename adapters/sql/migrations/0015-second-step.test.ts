import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { openDatabase } from '../database.ts'
import * as first from './0001-first.ts'
import * as directory from './0013-directory.ts'
import * as secondStep from './0015-second-step.ts'

it('asks nobody for a code who was there before, and is taken back', async () => {
  const { writer, close } = openDatabase(join(await temporaryFolder(), 'catalog.sqlite'))
  onTestFinished(close)
  // Migrations know no tables but those they meet.
  const db = writer as unknown as Kysely<unknown>
  const rows = async (text: string) => (await sql.raw(text).execute(db)).rows
  await first.up(db)
  await directory.up(db)
  await rows(`insert into users (id, username, username_key, display_name, org_role, created_at)
    values ('ann', 'ann', 'ann', 'Ann', 'admin', 1)`)
  await secondStep.up(db)
  expect(await rows('select id, second_step_at from users')).toEqual([
    { id: 'ann', second_step_at: null },
  ])
  await rows(`insert into second_steps (user_id, sealed, made_at) values ('ann', 'x', 1)`)
  await rows(`insert into recovery_codes values ('ann', 'h', null)`)
  await expect(rows(`insert into recovery_codes values ('ann', 'h', 1)`)).rejects.toThrow('UNIQUE')
  await rows(`delete from users where id = 'ann'`)
  expect(await rows('select * from second_steps')).toEqual([])
  expect(await rows('select * from recovery_codes')).toEqual([])
  await rows(`insert into users (id, username, username_key, display_name, org_role, created_at)
    values ('bob', 'bob', 'bob', 'Bob', 'member', 1)`)
  await secondStep.down(db)
  expect(await rows('select id, object_id from users')).toEqual([{ id: 'bob', object_id: null }])
  await secondStep.up(db)
})
