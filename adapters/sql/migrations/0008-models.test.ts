import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { openDatabase } from '../database.ts'
import * as first from './0001-first.ts'
import * as models from './0008-models.ts'

it('adds work on models beside what is there, and takes it back', async () => {
  const { writer, close } = openDatabase(join(await temporaryFolder(), 'catalog.sqlite'))
  onTestFinished(close)
  // Migrations know no tables but those they meet.
  const db = writer as unknown as Kysely<unknown>
  const rows = async (text: string) => (await sql.raw(text).execute(db)).rows
  await first.up(db)
  await rows(`insert into settings (key, value) values ('kept', 'as it was')`)
  await models.up(db)
  const insert = (state: string, worker: string) =>
    rows(`insert into model_work (id, task, subject, state, input, worker, trace_id, created_at,
      updated_at) values ('a', 'add', 's', '${state}', '{}', ${worker}, 't', 1, 1)`)
  await expect(insert('running', 'null')).rejects.toThrow('CHECK')
  await expect(insert('lost', 'null')).rejects.toThrow('CHECK')
  await insert('waiting', 'null')
  await models.down(db)
  await expect(rows('select * from model_work')).rejects.toThrow('no such table')
  await models.up(db)
  expect(await rows('select * from model_work')).toEqual([])
  expect(await rows(`select value from settings where key = 'kept'`)).toEqual([
    { value: 'as it was' },
  ])
})
