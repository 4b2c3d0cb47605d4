import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { openDatabase } from '../database.ts'
import * as first from './0001-first.ts'
import * as leaving from './0010-leaving.ts'

it('keeps every book that there is in the house, and takes it back', async () => {
  const { writer, close } = openDatabase(join(await temporaryFolder(), 'catalog.sqlite'))
  onTestFinished(close)
  // Migrations know no tables but those they meet.
  const db = writer as unknown as Kysely<unknown>
  const rows = async (text: string) => (await sql.raw(text).execute(db)).rows
  await first.up(db)
  await rows(`insert into books (id, name, name_key, created_at) values ('b', 'Old', 'old', 1)`)
  await leaving.up(db)
  expect(await rows('select name, may_leave from books')).toEqual([{ name: 'Old', may_leave: 0 }])
  await expect(rows('update books set may_leave = 2')).rejects.toThrow('CHECK')
  await rows('update books set may_leave = 1')
  await leaving.down(db)
  expect(await rows('select id, name from books')).toEqual([{ id: 'b', name: 'Old' }])
  await leaving.up(db)
  expect(await rows('select may_leave from books')).toEqual([{ may_leave: 0 }])
})
