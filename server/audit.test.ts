import { expect, it, vi } from 'vitest'
import { AUDIT_TABLE } from '../tests/audit-table.ts'
import { ROUTE_TABLE, type Row } from '../tests/route-table.ts'
import { type RouteWorld, routeWorld } from '../tests/route-world.ts'
import { ADMIN_PASSWORD, formOf, serverWorld } from '../tests/server-world.ts'

it('every route says what it leaves in the audit, or why nothing', () => {
  expect(Object.keys(AUDIT_TABLE).sort()).toEqual(Object.keys(ROUTE_TABLE).sort())
})

it('every route that changes something or hands out content leaves its entry', async () => {
  const world = await routeWorld()
  const missing: string[] = []
  for (const [key, row] of Object.entries(ROUTE_TABLE)) {
    const expected = AUDIT_TABLE[key]
    if (typeof expected !== 'string') continue
    const last = await lastId(world)
    await call(world, key, row)
    if (!(await leaves(world, { action: expected, last }))) missing.push(`${key}: ${expected}`)
  }
  expect(missing).toEqual([])
  const sound = await world.ask('POST', '/api/v1/audit/verify', { token: world.people.root.token })
  expect(await sound.json()).toMatchObject({ sound: true, keyed: true, problem: null })
}, 120_000)

async function leaves(world: RouteWorld, { action, last }: { action: string; last: number }) {
  try {
    await vi.waitFor(
      async () => {
        const entries = await world.ports.catalog.journal.sealed(last, 200, { action })
        expect(entries).not.toEqual([])
      },
      { timeout: 10_000, interval: 25 },
    )
    return true
  } catch {
    return false
  }
}

const lastId = async (world: RouteWorld) => (await world.ports.catalog.journal.auditHead())?.id ?? 0

async function call(world: RouteWorld, key: string, row: Row): Promise<void> {
  const made = (await row.about?.(world, 'root')) ?? {}
  const [method = '', template = ''] = key.replace(/\?.*/, '').split(' ')
  const filled = (text: string) =>
    text.replaceAll(/\{(\w+)\}/g, (_, name: string) => made[name] ?? '')
  const answer = await world.ask(method, filled(template + (row.query ?? '')), {
    ...row.send?.(made),
    token: world.people.root.token,
  })
  await answer.text()
}

it('signing in and out, and being refused, are entries with the door and the address', async () => {
  const world = await serverWorld()
  await world.ask('POST', '/api/v1/session', { json: { username: 'admin', password: 'no' } })
  const cookie = await world.signIn()
  const headers = { 'sec-fetch-site': 'same-origin' }
  expect((await world.ask('DELETE', '/api/v1/session', { cookie, headers })).status).toBe(204)
  const { items } = await world.ports.catalog.journal.auditPage(10)
  const told = items.filter(({ action }) => action.startsWith('session.'))
  expect(told.map(({ action }) => action)).toEqual([
    'session.end',
    'session.create',
    'session.refuse',
  ])
  expect(told[0]).toMatchObject({ door: 'web', address: expect.any(String) })
  const byScript = { door: 'api', detail: { by: 'password' } }
  expect(told.slice(1)).toMatchObject([byScript, byScript])
  const json = { username: 'admin', password: ADMIN_PASSWORD }
  await world.ask('POST', '/api/v1/session', { json, headers })
  const last = await world.ports.catalog.journal.auditPage(1)
  expect(last.items[0]).toMatchObject({ action: 'session.create', door: 'web' })
})

it('keeps the words of a search to whoever asked', async () => {
  const world = await routeWorld()
  const { token } = world.people.root
  await world.ask('GET', '/api/v1/search?q=secretplan', { token })
  const entries = await vi.waitFor(async () => {
    const { items } = await world.ports.catalog.journal.auditPage(1, undefined, {
      action: 'search.run',
    })
    expect(items).toHaveLength(1)
    return items
  })
  expect(entries[0]?.detail).toEqual({ total: 0, documents: [] })
  expect(JSON.stringify(entries)).not.toContain('secretplan')
})

it('filters by person, action, object, door, address and time', async () => {
  const world = await serverWorld()
  const { journal } = world.ports.catalog
  const common = { detail: {}, traceId: 't' }
  await journal.auditAll([
    { ...common, at: 1, userId: 'ada', action: 'book.create', subject: 'book:1', door: 'web' },
    { ...common, at: 2, userId: 'bob', action: 'book.remove', subject: 'book:1', door: 'api' },
    { ...common, at: 3, userId: 'ada', action: 'document.read', subject: 'document:2' },
    { ...common, at: 4, action: 'store.alarm', subject: 'box', address: '10.0.0.7' },
  ])
  const { token } = await world.person('root', 'admin')
  const found = async (query: string) => {
    const answer = await world.ask('GET', `/api/v1/audit?${query}`, { token })
    const { items } = (await answer.json()) as { items: { at: number }[] }
    return items.map(({ at }) => at)
  }
  expect(await found('user=ada')).toEqual([3, 1])
  expect(await found('action=book&to=9')).toEqual([2, 1])
  expect(await found('action=book.remove')).toEqual([2])
  expect(await found('subject=document')).toEqual([3])
  expect(await found('subject=book:1')).toEqual([2, 1])
  expect(await found('door=api')).toEqual([2])
  expect(await found('door=box&to=9')).toEqual([4, 3])
  expect(await found('address=10.0.0.7')).toEqual([4])
  expect(await found('from=2&to=4')).toEqual([3, 2])
})

it('a file that comes by a form has its entry with where from', async () => {
  const world = await serverWorld()
  const { chapters } = await world.shelf('Plans', 'All')
  const { token } = await world.person('root', 'admin')
  const fields = [['chapter_id', chapters[0] ?? ''] as [string, string]]
  const form = formOf([...fields, ['file', 'abc', 'plan.txt']])
  expect((await world.ask('POST', '/knowledge-base/upload', { token, ...form })).status).toBe(201)
  const { items } = await world.ports.catalog.journal.auditPage(10)
  const stored = items.find(({ action }) => action === 'document.store')
  expect(stored).toMatchObject({ address: expect.stringMatching(/./) })
})
