import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { openDatabase } from '../database.ts'
import * as first from './0001-first.ts'
import * as rules from './0002-rules.ts'

it('keeps rows of the schema before it, on the way up and on the way down', async () => {
  const opened = openDatabase(join(await temporaryFolder(), 'catalog.sqlite'))
  onTestFinished(() => opened.close())
  const writer = opened.writer as unknown as Kysely<unknown>
  const run = (text: string) => sql.raw<Record<string, unknown>>(text).execute(writer)
  await first.up(writer)
  await run(`insert into books (id, name, name_key, created_at) values ('b', 'Plans', 'plans', 1)`)
  await run(`insert into chapters values ('c', 'b', 'Bridges', 'bridges', 1)`)
  await run(
    `insert into audit (at, action, subject, trace_id) values (1, 'book.create', 'book:b', 't')`,
  )
  await rules.up(writer)
  const { rows } = await run(`
    select b.type_rule, c.on_conflict, a.subject_name, a.subject_place
    from books b join chapters c on c.book_id = b.id join audit a`)
  expect(rows).toEqual([
    { type_rule: null, on_conflict: null, subject_name: null, subject_place: null },
  ])
  await run(`update chapters set on_conflict = 'keep_both'`)
  await expect(run(`update chapters set on_conflict = 'burn'`)).rejects.toThrow(/CHECK/)
  await rules.down(writer)
  expect((await run('select * from chapters')).rows).toEqual([
    { id: 'c', book_id: 'b', name: 'Bridges', name_key: 'bridges', created_at: 1 },
  ])
  expect((await run('select subject from audit')).rows).toEqual([{ subject: 'book:b' }])
  await rules.up(writer)
  expect((await run('select type_rule from books')).rows).toEqual([{ type_rule: null }])
})
