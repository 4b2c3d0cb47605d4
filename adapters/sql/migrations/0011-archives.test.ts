import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { openDatabase } from '../database.ts'
import * as first from './0001-first.ts'
import * as shares from './0003-shares.ts'
import * as archives from './0011-archives.ts'

it('lists archives of shares of before and nothing more, and takes nothing back with it', async () => {
  const { writer, close } = openDatabase(join(await temporaryFolder(), 'catalog.sqlite'))
  onTestFinished(close)
  const db = writer as unknown as Kysely<unknown>
  const rows = async (text: string) =>
    (await sql.raw<Record<string, unknown>>(text).execute(writer)).rows
  await first.up(db)
  await shares.up(db)
  await rows('pragma foreign_keys = off')
  await rows(`insert into shares (id, name, path, chapter_id, owner_id, settle_ms, created_at)
    values ('s', 'Plans', '/srv/plans', 'c', 'u', 5, 7)`)
  const before = await rows('select * from shares')
  await archives.up(db)
  expect(await rows('select * from shares')).toEqual([{ ...before[0], expand_archives: 0 }])
  await expect(rows('update shares set expand_archives = 2')).rejects.toThrow('CHECK')
  await rows(`insert into archive_expansions (version_id, state, taken, total, updated_at)
    values ('v', 'partial', 1, 2, 3)`)
  await expect(rows(`update archive_expansions set state = 'fine'`)).rejects.toThrow('CHECK')
  await rows(`insert into archive_entries (archive_id, path, version_id, entry_index)
    values ('d', 'a/b.txt', 'v', 0)`)
  await archives.down(db)
  expect(await rows('select * from shares')).toEqual(before)
  await archives.up(db)
  expect(await rows('select count(*) as left from archive_entries')).toEqual([{ left: 0 }])
})
