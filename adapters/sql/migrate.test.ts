import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { openDatabase } from './database.ts'
import { migrateDown, migrateUp, pendingMigrations } from './migrate.ts'

async function emptyCatalog() {
  const db = openDatabase(join(await temporaryFolder(), 'catalog.sqlite'))
  onTestFinished(() => db.close())
  return db
}

const tables = async (db: Awaited<ReturnType<typeof emptyCatalog>>) => {
  const { rows } = await sql<{ name: string }>`
    select name from sqlite_master
    where type in ('table', 'trigger', 'index') and name not like 'kysely%' and name not like 'sqlite%'
    order by name`.execute(db.writer)
  return rows.map((row) => row.name)
}

it('makes all tables, takes them back, and makes the same again', async () => {
  const db = await emptyCatalog()
  const all = await pendingMigrations(db.writer)
  expect(all[0]).toBe('0001-first')
  expect(await migrateUp(db.writer)).toEqual(all)
  const made = await tables(db)
  for (const name of ['users', 'groups', 'sessions', 'tokens', 'books', 'chapters', 'grants']) {
    expect(made).toContain(name)
  }
  for (const name of ['blobs', 'documents', 'versions', 'uploads', 'jobs', 'derivations']) {
    expect(made).toContain(name)
  }
  for (const name of ['request_traces', 'error_logs', 'audit']) expect(made).toContain(name)
  for (const _ of all) await migrateDown(db.writer)
  expect(await tables(db)).toEqual([])
  await migrateUp(db.writer)
  expect(await tables(db)).toEqual(made)
})

it('does nothing to a catalog that is up to date', async () => {
  const db = await emptyCatalog()
  await migrateUp(db.writer)
  expect(await migrateUp(db.writer)).toEqual([])
  expect(await pendingMigrations(db.writer)).toEqual([])
})

it('refuses a catalog that a newer version has written', async () => {
  const db = await emptyCatalog()
  await migrateUp(db.writer)
  await sql`insert into kysely_migration (name, timestamp) values ('9999-future', '')`.execute(
    db.writer,
  )
  await expect(migrateUp(db.writer)).rejects.toMatchObject({ code: 'unavailable' })
})

it('commits with full durability and refuses to write through the reading connection', async () => {
  const db = await emptyCatalog()
  await migrateUp(db.writer)
  const { rows } = await sql<{ synchronous: number }>`pragma synchronous`.execute(db.writer)
  expect(rows[0]?.synchronous).toBe(2)
  const write = sql`insert into settings (key, value) values ('a', 'b')`.execute(db.read)
  await expect(write).rejects.toThrow(/readonly/)
})
