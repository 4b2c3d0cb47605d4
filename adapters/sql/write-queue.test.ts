import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { openDatabase, type Tx } from './database.ts'
import { migrateUp } from './migrate.ts'
import { hasNoRoom } from './room.ts'
import { writeQueue } from './write-queue.ts'

async function opened() {
  const path = join(await temporaryFolder(), 'catalog.sqlite')
  const db = openDatabase(path)
  onTestFinished(() => db.close())
  await migrateUp(db.writer)
  const keys = async () => {
    const rows = await db.read.selectFrom('settings').select('key').orderBy('key').execute()
    return rows.map((row) => row.key)
  }
  return { path, db, keys }
}

const put =
  (key: string, value = '') =>
  (tx: Tx) =>
    tx.insertInto('settings').values({ key, value }).execute()

/** Gives the catalog room for a few more pages and no more, as a full disk does. */
async function fillUp({ db }: Awaited<ReturnType<typeof opened>>): Promise<void> {
  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db.writer)
  await sql.raw(`pragma max_page_count = ${(rows[0]?.page_count ?? 0) + 2}`).execute(db.writer)
}

it('commits what waits together at once, and answers nobody before', async () => {
  const on = await opened()
  let seen: string[] | undefined
  const first = on.db.write(put('a'))
  const second = on.db.write(async (tx) => {
    seen = await on.keys()
    await put('b')(tx)
  })
  await Promise.all([first, second])
  expect(seen).toEqual([])
  expect(await on.keys()).toEqual(['a', 'b'])
})

it('takes along what comes in the same turn of the event loop', async () => {
  const on = await opened()
  let seen: string[] | undefined
  const inTurn = (work: (tx: Tx) => Promise<unknown>) =>
    new Promise((resolve) => setImmediate(() => resolve(on.db.write(work))))
  await Promise.all([
    inTurn(put('a')),
    inTurn(async (tx) => {
      seen = await on.keys()
      await put('b')(tx)
    }),
  ])
  expect(seen).toEqual([])
})

it('undoes a write that throws, and none of those it is committed with', async () => {
  const on = await opened()
  const failing = async (tx: Tx) => {
    await put('lost')(tx)
    throw new Error('changed my mind')
  }
  const all = await Promise.allSettled([put('a'), failing, put('b')].map((w) => on.db.write(w)))
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(await on.keys()).toEqual(['a', 'b'])
})

it('says that the disk is full, keeps the small writes beside the large one, and recovers', async () => {
  const on = await opened()
  await fillUp(on)
  const large = 'x'.repeat(100_000)
  const [a, lost, b] = await Promise.allSettled([
    on.db.write(put('a')),
    on.db.write(put('lost', large)),
    on.db.write(put('b')),
  ])
  expect([a?.status, b?.status]).toEqual(['fulfilled', 'fulfilled'])
  expect(lost).toMatchObject({ status: 'rejected', reason: { code: 'storage_full' } })
  await sql`pragma max_page_count = 1000000`.execute(on.db.writer)
  await on.db.write(put('c', large))
  expect(await on.keys()).toEqual(['a', 'b', 'c'])
})

it('tells a quota that is used up from a disk that fails', async () => {
  const on = await opened()
  const refused = Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_WRITE' })
  const failing = async (tx: Tx) => {
    // SQLite itself rolls back when a write fails.
    await sql`rollback`.execute(tx)
    throw refused
  }
  const failures: unknown[] = []
  const onFailure = (cause: unknown) => void failures.push(cause)
  const full = writeQueue(on.db.writer, { hasNoRoom: async () => true, onFailure })
  await expect(full(failing)).rejects.toMatchObject({ code: 'storage_full' })
  expect(failures).toEqual([])
  const broken = writeQueue(on.db.writer, { hasNoRoom: async () => false, onFailure })
  await expect(broken(failing)).rejects.toBe(refused)
  expect(new Set(failures)).toEqual(new Set([refused]))
  await full(put('a'))
  expect(await on.keys()).toEqual(['a'])
})

it('finds room where there is some, and leaves nothing behind', async () => {
  const folder = await temporaryFolder()
  expect(await hasNoRoom(folder)).toBe(false)
  expect(await readdir(folder)).toEqual([])
  expect(await hasNoRoom(join(folder, 'missing'))).toBe(false)
})

it('waits for another process without standing still', async () => {
  const on = await opened()
  const other = new Sqlite(on.path)
  onTestFinished(() => void other.close())
  other.exec('begin immediate')
  const written = on.db.write(put('a'))
  const startMs = performance.now()
  let turns = 0
  while (turns < 5) {
    await sleep(1)
    turns++
  }
  expect(performance.now() - startMs).toBeLessThan(1_000)
  expect(await on.keys()).toEqual([])
  other.exec('commit')
  await written
  expect(await on.keys()).toEqual(['a'])
})

it('gives up when the lock is never to be had, and says that nothing was written', async () => {
  const on = await opened()
  const other = new Sqlite(on.path)
  onTestFinished(() => void other.close())
  other.exec('begin immediate')
  const write = writeQueue(on.db.writer, {}, 50)
  const all = await Promise.allSettled([write(put('a')), write(put('b'))])
  for (const each of all) {
    expect(each).toMatchObject({ status: 'rejected', reason: { reason: 'CATALOG_BUSY' } })
  }
  other.exec('commit')
  await write(put('c'))
  expect(await on.keys()).toEqual(['c'])
})
