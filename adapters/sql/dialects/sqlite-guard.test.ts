import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { openSqlite } from './sqlite.ts'
import { assertSettings, isNewEnough } from './sqlite-guard.ts'

const GOOD = { version: '3.53.2', journal: 'wal', synchronous: 2, foreignKeys: 1 }

it.each([
  ['synchronous NORMAL', { synchronous: 1 }],
  ['synchronous OFF', { synchronous: 0 }],
  ['a rollback journal', { journal: 'delete' }],
  ['foreign keys off', { foreignKeys: 0 }],
  ['SQLite 3.51.2', { version: '3.51.2' }],
  ['SQLite 3.7.0', { version: '3.7.0' }],
])('B4 pragma-guard: refuses to start with %s', (_name, change) => {
  const start = () => assertSettings({ ...GOOD, ...change })
  expect(start).toThrow(expect.objectContaining({ reason: 'UNSAFE_CATALOG' }))
})

it('B4 pragma-guard: starts with what the product sets, and with nothing older than is safe', async () => {
  const database = openSqlite(join(await temporaryFolder(), 'catalog.sqlite'), 'write')
  expect(database.pragma('synchronous', { simple: true })).toBe(2)
  expect(database.pragma('journal_mode', { simple: true })).toBe('wal')
  const version = String(database.prepare('select sqlite_version()').pluck().get())
  expect(isNewEnough(version)).toBe(true)
  database.close()
  expect(() => assertSettings(GOOD)).not.toThrow()
  expect(['3.51.3', '3.52.0', '4.0.0'].map(isNewEnough)).toEqual([true, true, true])
})
