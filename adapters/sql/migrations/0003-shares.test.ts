import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { openDatabase } from '../database.ts'
import * as first from './0001-first.ts'
import * as rules from './0002-rules.ts'
import * as shares from './0003-shares.ts'

it('makes shares of before plain mirrors, and takes nothing from them on the way back', async () => {
  const { writer, close } = openDatabase(join(await temporaryFolder(), 'catalog.sqlite'))
  onTestFinished(close)
  const db = writer as unknown as Kysely<unknown>
  const run = (text: string) => sql.raw<Record<string, unknown>>(text).execute(writer)
  await first.up(db)
  await rules.up(db)
  await run('pragma foreign_keys = off')
  await run(`insert into shares (id, name, path, chapter_id, owner_id, settle_ms, created_at)
    values ('s', 'Plans', '/srv/plans', 'c', 'u', 5, 7)`)
  const before = (await run('select * from shares')).rows
  await shares.up(db)
  expect((await run('select * from shares')).rows).toEqual([
    {
      ...before[0],
      mode: 'mirror',
      mapping: 'folders',
      include: '[]',
      on_conflict: null,
      scan_every_ms: null,
      scan_from: null,
      scan_to: null,
    },
  ])
  await expect(run(`update shares set mode = 'burn'`)).rejects.toThrow(/CHECK/)
  await run(`insert into share_orders values ('s', 'scan', 1)`)
  await run(`insert into share_dry_runs values ('s', '{}')`)
  await shares.down(db)
  expect((await run('select * from shares')).rows).toEqual(before)
  await shares.up(db)
  expect((await run('select count(*) as left from share_orders')).rows).toEqual([{ left: 0 }])
})
