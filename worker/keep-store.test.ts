import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { diskAnchors } from '../adapters/disk/anchors.ts'
import { diskRereader } from '../adapters/disk/rereader.ts'
import { pinoLog } from '../adapters/pino/log.ts'
import { forgetfulRing } from '../core/audit/ring.ts'
import { lastVerified } from '../core/audit/verify-box.ts'
import { copiesWorld } from '../tests/copies-world.ts'
import { auditNightly, verifyNightly } from './keep-store.ts'

const HOUR_MS = 3_600_000

async function nights() {
  const on = await copiesWorld()
  const rereader = diskRereader(on.root, 1e9)
  onTestFinished(() => rereader.close())
  const ring = forgetfulRing()
  ring.forgetFirst()
  const trail = { ring, anchors: diskAnchors(on.root) }
  const ports = { ...on.ports, log: pinoLog('test', 'silent'), rereader, trail }
  const at = async (hours: number) => {
    on.clock.advance(hours * HOUR_MS)
    await on.catalog.care.beat({ boot: on.clock.boot(), ms: on.clock.monotonic() })
    return new Date(on.clock.now()).getHours()
  }
  return { ...on, ports, at }
}

it('audits once a night, and late rather than never', async () => {
  const { ports, at } = await nights()
  const hour = await at(0)
  expect(await auditNightly(ports, (hour + 1) % 24)).toBe(false)
  expect(await auditNightly(ports, hour)).toBe(true)
  expect(await auditNightly(ports, hour)).toBe(false)
  expect(await auditNightly(ports, await at(11))).toBe(false)
  expect(await auditNightly(ports, await at(2))).toBe(true)
  const next = await at(40)
  expect(await auditNightly(ports, (next + 5) % 24)).toBe(true)
})

it('looks at the chain of the audit every night, and keeps what it found', async () => {
  const { ports, at, root, catalog } = await nights()
  const entries = () => catalog.journal.sealed(0, 1_000, { action: 'audit.verify' })
  expect(await verifyNightly(ports, await at(0))).toBe(true)
  expect(await verifyNightly(ports, await at(0))).toBe(false)
  expect(await lastVerified(ports)).toMatchObject({ isSound: true, isKeyed: false })
  const [kept] = await entries()
  expect(kept).toMatchObject({ userId: null, door: null, action: 'audit.verify' })

  const file = new Sqlite(join(root, 'catalog.sqlite'))
  const guards = file.prepare(`select name from sqlite_schema where type = 'trigger'
    and tbl_name = 'audit'`)
  for (const name of guards.pluck().all()) file.exec(`drop trigger ${name}`)
  file.prepare('update audit set at = at + 1 where id = ?').run(kept?.id)
  file.close()
  expect(await verifyNightly(ports, await at(24))).toBe(true)
  const problem = { kind: 'edited', id: kept?.id }
  expect(await lastVerified(ports)).toMatchObject({ isSound: false, problem })
})
