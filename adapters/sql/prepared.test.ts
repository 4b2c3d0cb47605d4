import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { openDatabase } from './database.ts'
import { migrateUp } from './migrate.ts'
import { prepared } from './prepared.ts'

async function opened() {
  const db = openDatabase(join(await temporaryFolder(), 'catalog.sqlite'))
  onTestFinished(() => db.close())
  await migrateUp(db.writer)
  return db
}

it('is built once, and runs with other values each time, on whichever connection', async () => {
  const db = await opened()
  let built = 0
  const put = prepared((on, given: { key: string; value: string }) => {
    built++
    return on.insertInto('settings').values({ key: given.key, value: given.value })
  })
  await db.write((tx) => put.run(tx, { key: 'a', value: '1' }))
  await db.write((tx) => put.run(tx, { value: '2', key: 'b' }))
  expect(built).toBe(1)
  const get = prepared((on, given: { key: string }) =>
    on.selectFrom('settings').select(['key', 'value']).where('key', '=', given.key),
  )
  expect(await get.first(db.read, { key: 'a' })).toEqual({ key: 'a', value: '1' })
  expect(await get.first(db.writer, { key: 'b' })).toEqual({ key: 'b', value: '2' })
  expect(await get.first(db.read, { key: 'c' })).toBeUndefined()
})

it('keeps what is fixed, takes text for nothing but text, and tells how many rows it changed', async () => {
  const db = await opened()
  const count = prepared(
    (_on, given: { more: number; text: string }) =>
      sql<{ sum: number; text: string }>`select ${1} + ${given.more} as sum, ${given.text} as text`,
  )
  const hostile = "'; drop table settings; --"
  expect(await count.first(db.read, { more: 2, text: hostile })).toEqual({ sum: 3, text: hostile })
  const forget = prepared((on, given: { key: string }) =>
    on.deleteFrom('settings').where('key', '=', given.key),
  )
  const { numAffectedRows } = await db.write((tx) => forget.run(tx, { key: 'nobody' }))
  expect(numAffectedRows).toBe(0n)
})
