import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { openDatabase } from '../database.ts'
import * as first from './0001-first.ts'
import * as identity from './0004-identity.ts'

it('keeps the files of shares, on the way up and on the way down', async () => {
  const { writer, close } = openDatabase(join(await temporaryFolder(), 'catalog.sqlite'))
  onTestFinished(close)
  // Migrations know no tables but those they meet.
  const db = writer as unknown as Kysely<unknown>
  const rows = async (text: string) => (await sql.raw(text).execute(db)).rows
  await first.up(db)
  await rows('pragma foreign_keys = off')
  await rows(`insert into share_entries (share_id, path, device, inode, size_bytes, mtime_ns,
    ctime_ns, state, document_id, updated_at) values ('s', x'61ff', '1', '2', 3, '4', '5', 'stored', 'd', 6)`)
  await identity.up(db)
  const all = 'select hex(path) as path, inode, generation, document_id from share_entries'
  const before = { path: '61FF', inode: '2', generation: '', document_id: 'd' }
  expect(await rows(all)).toEqual([before])
  await rows(`update share_entries set generation = '7'`)
  const plan = await rows(`explain query plan select path from share_entries
    where inode = '2' and generation = '7' and generation <> '' and document_id is not null`)
  expect(JSON.stringify(plan)).toContain('share_entries_file')
  await identity.down(db)
  expect(await rows('select hex(path) as path, size_bytes from share_entries')).toEqual([
    { path: '61FF', size_bytes: 3 },
  ])
  await identity.up(db)
  expect(await rows(all)).toEqual([before])
})
