import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { openDatabase } from '../database.ts'
import * as first from './0001-first.ts'
import * as directory from './0013-directory.ts'
import * as grants from './0018-provider-grants.ts'

it('leaves who was there before with nothing to ask by, and is taken back', async () => {
  const { writer, close } = openDatabase(join(await temporaryFolder(), 'catalog.sqlite'))
  onTestFinished(close)
  // Migrations know no tables but those they meet.
  const db = writer as unknown as Kysely<unknown>
  const rows = async (text: string) => (await sql.raw(text).execute(db)).rows
  await first.up(db)
  await directory.up(db)
  const columns = 'id, username, username_key, display_name, org_role, created_at'
  await rows(`insert into users (${columns}) values ('ann', 'ann', 'ann', 'Ann', 'member', 1)`)
  await grants.up(db)
  expect(await rows('select id, sealed_grant from users')).toEqual([
    { id: 'ann', sealed_grant: null },
  ])
  await rows(`update users set sealed_grant = 'x'`)
  await grants.down(db)
  expect(await rows('select id, object_id from users')).toEqual([{ id: 'ann', object_id: null }])
  await grants.up(db)
})
