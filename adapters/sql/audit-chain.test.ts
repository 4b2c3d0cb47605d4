import { sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { chainOf } from '../../core/audit/key.ts'
import { forgetfulRing } from '../../core/audit/ring.ts'
import { headText } from '../../core/audit/seal.ts'
import { verifyChain } from '../../core/audit/verify.ts'
import { sealedEntries } from '../../core/audit/verify-box.ts'
import { migratedCatalog } from '../../tests/migrated-catalog.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { type Database, openDatabase } from './database.ts'
import { sqlJournal } from './journal.ts'

const entry = (n: number) => ({
  at: n,
  action: 'document.store',
  subject: 'document:x',
  detail: { n, name: 'Größe \u2028 "x"' },
  traceId: 't',
})

async function box() {
  const path = await migratedCatalog(await temporaryFolder())
  let now = 0
  const ring = forgetfulRing(() => now)
  const db = openDatabase(path, { ring })
  onTestFinished(() => db.close())
  const first = ring.firstKey() ?? Buffer.alloc(0)
  return {
    path,
    ring,
    db,
    journal: sqlJournal(db),
    keys: new Map([[chainOf(first), first]]),
    hour: () => {
      now += 3_600_000
      ring.advance()
    },
  }
}

/** Whoever has the file takes the guards away, does what he likes, and puts them back. */
async function tamper(db: Database, ...statements: string[]) {
  const guards = await sql<{ name: string; sql: string }>`
    select name, sql from sqlite_schema where type = 'trigger' and tbl_name like 'audit%'`.execute(
    db.writer,
  )
  for (const { name } of guards.rows) await sql.raw(`drop trigger ${name}`).execute(db.writer)
  await sql.raw('pragma foreign_keys = off').execute(db.writer)
  for (const statement of statements) await sql.raw(statement).execute(db.writer)
  for (const guard of guards.rows) await sql.raw(guard.sql).execute(db.writer)
}

const swap = (table: string, one: number, other: number) => [
  `update ${table} set id = -1 where id = ${one}`,
  `update ${table} set id = ${one} where id = ${other}`,
  `update ${table} set id = ${other} where id = -1`,
]

it.each([
  ['edited', 4, [`update audit set detail = '{"n":5}' where id = 4`]],
  ['edited', 1, [`update audit set user_id = 'eve' where id = 1`]],
  ['edited', 9, [`update audit_seals set seal = zeroblob(72) where id = 9`], 'unknown_key'],
  ['removed', 6, ['delete from audit where id = 6', 'delete from audit_seals where id = 6']],
  ['removed', 1, ['delete from audit where id < 3', 'delete from audit_seals where id < 3']],
  [
    'removed',
    6,
    ['audit', 'audit_seals'].flatMap((table) => [
      `delete from ${table} where id in (6, 7)`,
      `update ${table} set id = -(id - 2) where id > 7`,
      `update ${table} set id = -id where id < 0`,
    ]),
  ],
  ['reordered', 3, [...swap('audit', 3, 8), ...swap('audit_seals', 3, 8)]],
  ['reordered', 3, swap('audit', 3, 4)],
  ['truncated', 10, ['delete from audit where id > 9', 'delete from audit_seals where id > 9']],
] as [string, number, string[], string?][])(
  'D15 audit-tamper: what was %s is found, at entry %i (%#)',
  async (kind, id, statements, told = kind) => {
    const { db, journal, keys, hour } = await box()
    for (let n = 1; n <= 12; n++) {
      await journal.audit(entry(n))
      if (n % 5 === 0) hour()
    }
    const head = await journal.auditHead()
    const against = { keys, heads: head ? [head] : [] }
    const verify = () => verifyChain(sealedEntries(journal), against)
    expect(await verify()).toMatchObject({ isSound: true, entries: 12, heads: 1 })
    await tamper(db, ...statements)
    expect(await verify()).toMatchObject({ isSound: false, problem: { kind: told, id } })
  },
)

it('finds an edit without any key, as long as nobody made the links anew', async () => {
  const { db, journal } = await box()
  await journal.auditAll([1, 2, 3].map(entry))
  expect((await verifyChain(sealedEntries(journal))).isSound).toBe(true)
  await tamper(db, `update audit set action = 'x' where id = 2`)
  const { problem } = await verifyChain(sealedEntries(journal))
  expect(problem).toMatchObject({ kind: 'edited', id: 2 })
})

it('seals what two processes write in turn into one chain, though one is hours behind', async () => {
  const { path, ring, db, journal, keys, hour } = await box()
  await journal.audit(entry(1))
  const other = openDatabase(path, { ring: behind(ring) })
  onTestFinished(() => other.close())
  hour()
  hour()
  await journal.audit(entry(2))
  await sqlJournal(other).audit(entry(3))
  await journal.audit(entry(4))
  const verdict = await verifyChain(sealedEntries(journal), { keys })
  expect(verdict).toMatchObject({ isSound: true, entries: 4 })
  const epochs = await sql<{ epoch: string }>`
    select hex(substr(seal, 5, 4)) as epoch from audit_seals order by id`.execute(db.read)
  expect(epochs.rows.map((row) => Number.parseInt(row.epoch, 16))).toEqual([0, 2, 2, 2])
})

it('refuses an entry from whoever has no key', async () => {
  const { db } = await box()
  const bare = sql`insert into audit (at, action, subject, trace_id) values (1, 'a', 'b', 't')`
  await expect(bare.execute(db.read)).rejects.toThrow()
  await expect(sql`delete from audit_seals`.execute(db.writer)).resolves.toBeDefined()
  await bare.execute(db.writer)
  await expect(sql`delete from audit_seals`.execute(db.writer)).rejects.toThrow('append-only')
  const update = sql`update audit_seals set seal = zeroblob(72)`.execute(db.writer)
  await expect(update).rejects.toThrow('append-only')
})

it('goes on in a new chain when the key was renewed, and asks for both first keys', async () => {
  const { ring, journal, keys } = await box()
  await journal.audit(entry(1))
  ring.renew()
  await journal.audit(entry(2))
  const verify = (known: typeof keys) => verifyChain(sealedEntries(journal), { keys: known })
  expect((await verify(keys)).problem).toMatchObject({ kind: 'unknown_key', id: 2 })
  const first = ring.firstKey() ?? Buffer.alloc(0)
  const verdict = await verify(new Map([...keys, [chainOf(first), first]]))
  expect(verdict).toMatchObject({ isSound: true, entries: 2 })
  const head = await journal.auditHead()
  expect(verdict.head).toBe(head && headText(head))
})

/** The same keys for a process that was asleep: it holds the one of now until it is told. */
function behind(ring: ReturnType<typeof forgetfulRing>): ReturnType<typeof forgetfulRing> {
  const asleep = forgetfulRing(() => 0)
  const { chain, epoch, key } = ring.keyFor(undefined)
  const held = { chain, epoch, key: Buffer.from(key) }
  return {
    ...asleep,
    keyFor(last) {
      if (!last || last.epoch <= held.epoch) return held
      const ahead = ring.keyFor(last)
      return { ...ahead, key: Buffer.from(ahead.key) }
    },
  }
}
