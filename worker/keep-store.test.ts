import { expect, it, onTestFinished } from 'vitest'
import { diskRereader } from '../adapters/disk/rereader.ts'
import { pinoLog } from '../adapters/pino/log.ts'
import { copiesWorld } from '../tests/copies-world.ts'
import { auditNightly } from './keep-store.ts'

const HOUR_MS = 3_600_000

it('audits once a night, and late rather than never', async () => {
  const on = await copiesWorld()
  const rereader = diskRereader(on.root, 1e9)
  onTestFinished(() => rereader.close())
  const ports = { ...on.ports, log: pinoLog('test', 'silent'), rereader }
  const at = async (hours: number) => {
    on.clock.advance(hours * HOUR_MS)
    await on.catalog.care.beat({ boot: on.clock.boot(), ms: on.clock.monotonic() })
    return new Date(on.clock.now()).getHours()
  }
  const hour = await at(0)
  expect(await auditNightly(ports, (hour + 1) % 24)).toBe(false)
  expect(await auditNightly(ports, hour)).toBe(true)
  expect(await auditNightly(ports, hour)).toBe(false)
  expect(await auditNightly(ports, await at(11))).toBe(false)
  expect(await auditNightly(ports, await at(2))).toBe(true)
  const next = await at(40)
  expect(await auditNightly(ports, (next + 5) % 24)).toBe(true)
})
