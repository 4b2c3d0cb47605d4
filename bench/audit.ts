// What sealing costs: processor time for an audit entry, with the chain and without it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openDatabase } from '../adapters/sql/database.ts'
import { sqlJournal } from '../adapters/sql/journal.ts'
import { migrateUp } from '../adapters/sql/migrate.ts'
import { verifyChain } from '../core/audit/verify.ts'
import { sealedEntries } from '../core/audit/verify-box.ts'

/** Entries in one commit, as when many upload at once. */
const TOGETHER = 32

const [rounds = 200] = process.argv.slice(2).map(Number)
const folder = await mkdtemp(join(tmpdir(), 'onefold-audit-'))
const db = openDatabase(join(folder, 'catalog.sqlite'))
await migrateUp(db.writer)
const journal = sqlJournal(db)
const entries = Array.from({ length: TOGETHER }, (_, n) => ({
  at: Date.now(),
  userId: '0199d2c1-7c1e-7b5a-9c0f-1d2e3f405162',
  action: 'document.store',
  subject: 'document:0199d2c1-7c1e-7b5a-9c0f-1d2e3f405162',
  detail: { version: '0199d2c1-7c1e-7b5a-9c0f-1d2e3f405162', door: 'web', size_bytes: n },
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
}))

async function microseconds(): Promise<number> {
  const before = process.cpuUsage()
  for (let round = 0; round < rounds; round++) await journal.auditAll(entries)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / (rounds * TOGETHER)
}

await microseconds()
const sealed = [await microseconds(), await microseconds()]
const start = process.cpuUsage()
const { isSound, entries: verified } = await verifyChain(sealedEntries(journal))
const { user, system } = process.cpuUsage(start)
await sql`drop trigger audit_sealed`.execute(db.writer)
const bare = [await microseconds(), await microseconds()]
await db.close()
await rm(folder, { recursive: true })
console.log(
  JSON.stringify({
    entries: rounds * TOGETHER,
    sealedMicroseconds: sealed.map(Math.round),
    bareMicroseconds: bare.map(Math.round),
    verifyMicroseconds: Math.round((user + system) / verified),
    isSound,
  }),
)
