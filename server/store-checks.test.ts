import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, it } from 'vitest'
import { newTraceId } from '../core/ids.ts'
import { serverWorld } from '../tests/server-world.ts'

const PLENTY = { reserveBytes: 0, reservePercent: 0, warnPercent: 0 }

async function box(disk = PLENTY) {
  const world = await serverWorld({ disk }, 'disk')
  const { token } = await world.person('root2', 'admin')
  const get = async (path: string) => (await world.ask('GET', path, { token })).json()
  const check = async (name: string) => {
    const { checks } = (await get('/api/v1/status')) as { checks: { name: string }[] }
    return checks.find((each) => each.name === name)
  }
  return {
    ...world,
    get,
    check,
    text: async () => (await world.ask('GET', '/metrics', { token })).text(),
  }
}

it('tells of an alarm of the store on the page, to monitors and in figures', async () => {
  const on = await box()
  expect(await on.check('store')).toMatchObject({ ok: true, message: 'ok' })
  const by = { traceId: newTraceId(), now: on.ports.clock.now() }
  await on.ports.catalog.care.raise({ kind: 'mismatch', detail: ['ab12: counted 0, found 1'] }, by)
  expect(await on.check('store')).toMatchObject({
    ok: false,
    message: expect.stringContaining('ab12: counted 0, found 1'),
  })
  expect(await (await on.ask('GET', '/readyz')).json()).toMatchObject({
    status: 'degraded',
    checks: { store: 'failing', catalog: 'ok' },
  })
  expect(await on.text()).toContain('onefold_store_alarms 1')
})

it('tells of an audit that was tampered with, by the number of the entry and what was found', async () => {
  const on = await box()
  const { token } = await on.person('root2', 'admin')
  const verify = () => on.ask('POST', '/api/v1/audit/verify', { token })
  await verify()
  expect(await on.check('audit')).toMatchObject({ ok: true })
  expect(await on.text()).toContain('onefold_audit_broken_entry 0')
  const file = new Sqlite(join(on.root, 'catalog.sqlite'))
  file.exec('drop trigger audit_append_only')
  file.exec(`update audit set action = 'book.read' where id = 2`)
  file.close()
  await verify()
  expect(await on.check('audit')).toMatchObject({
    ok: false,
    message: expect.stringContaining('Entry 2 is the first that does not fit (edited)'),
  })
  expect(await (await on.ask('GET', '/readyz')).json()).toMatchObject({
    status: 'degraded',
    checks: { audit: 'failing' },
  })
  expect(await on.text()).toContain('onefold_audit_broken_entry 2')
})

it.each([
  [
    { ...PLENTY, warnPercent: 101 },
    { ok: true, warns: true },
  ],
  [
    { ...PLENTY, reserveBytes: 2 ** 60 },
    { ok: false, warns: false },
  ],
  [PLENTY, { ok: true, warns: false, message: 'ok' }],
])('warns before the disk is full, and says when uploads are refused', async (rule, seen) => {
  expect(await (await box(rule)).check('disk')).toMatchObject(seen)
})

it('shows how far reading everything again is', async () => {
  const on = await box()
  expect(await on.get('/api/v1/usage')).toMatchObject({ scrub: null })
  const last = { endedAt: 5, checked: 3, bytesRead: 30, damaged: 1 }
  const state = {
    startedAt: 7,
    startedMs: 0,
    afterId: 2,
    checked: 2,
    bytesRead: 20,
    bytesTotal: 40,
  }
  await on.ports.catalog.settings.put('scrub', JSON.stringify({ ...state, damaged: 0, last }))
  expect(await on.get('/api/v1/usage')).toMatchObject({
    scrub: { started_at: 7, bytes_read: 20, bytes_total: 40, last: { ended_at: 5, damaged: 1 } },
  })
  expect(await on.text()).toContain('onefold_scrub_bytes{kind="read"} 20')
})
