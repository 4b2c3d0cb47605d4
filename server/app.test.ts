import { expect, it } from 'vitest'
import { memoryKv } from '../adapters/memory/kv.ts'
import { redisKv } from '../adapters/redis/kv.ts'
import { tolerantKv } from '../core/kv/tolerant-kv.ts'
import type { Log } from '../core/ports/index.ts'
import { manualClock } from '../tests/manual-clock.ts'
import { serverWorld } from '../tests/server-world.ts'
import { abilitiesOf } from './abilities.ts'
import { STATUS } from './errors.ts'

it('tells a problem in one shape, with the trace id of the answer', async () => {
  const world = await serverWorld()
  const { token } = await world.person('ada')
  const answer = await world.ask('GET', '/api/v1/documents/nothing', { token })
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(await answer.json()).toEqual({
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    code: 'not_found',
    message: 'There is nothing here, or you may not see it.',
    trace_id: answer.headers.get('x-trace-id'),
  })
})

it.each([
  ['a field of the wrong type', { name: 7 }, 'name'],
  ['a missing field', {}, 'name'],
  ['a wrong item of a list', { name: 'x', scopes: ['read', 'all'] }, 'scopes.1'],
])('names the field when input has %s', async (_, json, field) => {
  const world = await serverWorld()
  const { token } = await world.person('ada')
  const answer = await world.ask('POST', '/api/v1/tokens', { token, json })
  expect([answer.status, await answer.json()]).toMatchObject([
    400,
    {
      code: 'bad_request',
      reason: 'INVALID_INPUT',
      message: expect.stringMatching(new RegExp(`^${field}: `)),
    },
  ])
})

it.each([
  [
    'broken JSON',
    400,
    'bad_request',
    { body: '{', headers: { 'content-type': 'application/json' } },
  ],
  ['another type', 415, 'unsupported_type', { body: 'x', headers: { 'content-type': 'text/csv' } }],
  ['an endless body', 413, 'too_large', { json: { name: 'x'.repeat(2 ** 20) } }],
])('refuses %s', async (_, status, code, sent) => {
  const world = await serverWorld()
  const { token } = await world.person('ada')
  const answer = await world.ask('POST', '/api/v1/tokens', { token, ...sent })
  expect([answer.status, await answer.json()]).toMatchObject([status, { status, code }])
})

it('has a status for every code, and no two meanings for one', () => {
  expect(Object.values(STATUS)).toHaveLength(new Set(Object.values(STATUS)).size)
})

it('lets nobody reach a route that was added without a word about it', async () => {
  const { app, ask } = await serverWorld()
  app.get('/new', (c) => c.text('secret'))
  app.all('/api/v1/everything', (c) => c.text('secret'))
  for (const path of [
    '/new',
    '/api/v1/everything',
    '/api/v1/not-there',
    '/upload/x',
    '/experts/',
  ]) {
    const answer = await ask('GET', path)
    expect([path, answer.status]).toEqual([path, 401])
    expect(await answer.text()).not.toContain('secret')
  }
})

it('answers paths of coming features as absent', async () => {
  const world = await serverWorld()
  const { token } = await world.person('ada')
  expect((await world.ask('POST', '/experts/', { token, json: {} })).status).toBe(404)
})

it('shows nothing of its own failures, and writes them down once with all there is', async () => {
  const world = await serverWorld()
  const { token } = await world.person('root', 'admin')
  world.ports.catalog.library.counts = async () => {
    throw new Error('secret of the inside')
  }
  const answer = await world.ask('GET', '/api/v1/books', { token })
  const problem = (await answer.json()) as { trace_id: string }
  expect([answer.status, problem]).toMatchObject([500, { code: 'internal' }])
  expect(JSON.stringify(problem)).not.toContain('inside')
  expect(world.logged.filter(({ message }) => message === 'A request failed.')).toHaveLength(1)
  const trace = await world.ports.catalog.journal.trace(problem.trace_id)
  expect(trace.errors).toMatchObject([
    { operation: 'GET /api/v1/books', message: 'secret of the inside', code: 'internal' },
  ])
  expect(trace.errors[0]?.stack).toContain('app.test.ts')
})

it('goes on with the trace of the caller, and makes one when that is none', async () => {
  const world = await serverWorld()
  const { token } = await world.person('ada')
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const post = (traceparent: string) =>
    world.ask('POST', '/api/v1/tokens', {
      token,
      headers: { traceparent },
      json: { name: 'x', scopes: ['read'] },
    })
  const answer = await post(`00-${traceId}-b7ad6b7169203331-01`)
  expect(answer.headers.get('x-trace-id')).toBe(traceId)
  expect(answer.headers.get('traceparent')).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`))
  const found = await world.ask('GET', `/api/v1/traces/${traceId}`, { token })
  expect(await found.json()).toMatchObject({
    spans: [{ operation: 'POST /api/v1/tokens', status: '201' }],
    errors: [],
  })
  const other = await post(`00-${'0'.repeat(32)}-b7ad6b7169203331-01`)
  expect(other.headers.get('x-trace-id')).toMatch(/^(?!0{32})[0-9a-f]{32}$/)
})

it('shows a trace to its owner and to administrators only', async () => {
  const world = await serverWorld()
  const [ada, eve, root] = [
    await world.person('ada'),
    await world.person('eve'),
    await world.person('root', 'admin'),
  ]
  const json = { name: 'x', scopes: ['read'] }
  const made = await world.ask('POST', '/api/v1/tokens', { token: ada.token, json })
  const path = `/api/v1/traces/${made.headers.get('x-trace-id')}`
  const status = async (token: string) => (await world.ask('GET', path, { token })).status
  expect(await status(ada.token)).toBe(200)
  expect(await status(root.token)).toBe(200)
  expect(await status(eve.token)).toBe(404)
})

it('sends headers that keep a page from doing more than it is meant for', async () => {
  const world = await serverWorld()
  const { headers } = await world.ask('GET', '/healthz')
  expect(headers.get('content-security-policy')).toContain("script-src 'self' 'wasm-unsafe-eval'")
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
})

it('says of every dependency whether it is ready, and to strangers not why it is not', async () => {
  const world = await serverWorld()
  const store = { store: 'ok', contents: 'ok', audit: 'ok', disk: 'ok' }
  const checks = { catalog: 'ok', blobs: 'ok', index: 'ok', embedder: 'ok', kv: 'ok', ...store }
  const ready = await world.ask('GET', '/readyz')
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ok', checks }])
  world.ports.index.count = async () => {
    throw new Error('/secret/path is gone')
  }
  world.ports.clock.advance(2000)
  const failing = await world.ask('GET', '/readyz')
  expect([failing.status, await failing.json()]).toEqual([
    503,
    { status: 'failing', checks: { ...checks, index: 'failing' } },
  ])
  const { token } = await world.person('root', 'admin')
  const status = await world.ask('GET', '/api/v1/status', { token })
  expect(await status.json()).toMatchObject({
    embedder: { builtin: true },
    checks: expect.arrayContaining([
      { name: 'index', ok: false, warns: false, message: '/secret/path is gone' },
    ]),
  })
})

it('stays ready without its KV, and says to administrators what to do about it', async () => {
  const away = redisKv('redis://127.0.0.1:1')
  const clock = manualClock()
  const log: Log = { info() {}, warn() {}, error() {}, child: () => log }
  const tolerant = tolerantKv(away, { spare: memoryKv(clock), clock, log })
  const world = await serverWorld({}, 'memory', { kv: tolerant })
  const ready = await world.ask('GET', '/readyz')
  expect([ready.status, await ready.json()]).toMatchObject([
    200,
    { status: 'degraded', checks: { catalog: 'ok', kv: 'failing' } },
  ])
  const { token } = await world.person('root', 'admin')
  const status = (await (await world.ask('GET', '/api/v1/status', { token })).json()) as {
    checks: { name: string; ok: boolean; message: string }[]
  }
  const kv = status.checks.find(({ name }) => name === 'kv')
  expect([kv?.ok, kv?.message]).toEqual([false, expect.stringContaining('ONEFOLD_KEYDB_URL')])
  expect((await world.ask('GET', '/api/v1/search?q=bridge', { token })).status).toBe(200)
  await away.close()
})

it('measures requests by route template, never by path', async () => {
  const world = await serverWorld()
  const { token } = await world.person('root', 'admin')
  await world.ask('GET', '/api/v1/documents/some-id', { token })
  await world.ask('GET', '/api/v1/unknown-path', { token })
  const text = await (await world.ask('GET', '/metrics', { token })).text()
  expect(text).toContain('route="/api/v1/documents/:id",status="404"')
  expect(text).toMatch(/onefold_jobs\{state="queued"\} 0/)
  expect(text).toContain('nodejs_eventloop_lag_seconds')
  expect(text).not.toMatch(/some-id|unknown-path/)
})

it('documents itself for people, with a search, and without scripts', async () => {
  const world = await serverWorld()
  const answer = await world.ask('GET', '/api/v1/docs?q=<img> trash')
  const page = await answer.text()
  expect(page).not.toMatch(/<script|<img|https?:\/\//)
  const found = await (await world.ask('GET', '/api/v1/docs?q=out of the trash')).text()
  expect(found).toContain('/api/v1/documents/{id}/restore')
  expect(found).toContain('curl -X POST')
  expect(found).not.toContain('/api/v1/shares')
  const whole = await (await world.ask('GET', '/api/v1/docs')).text()
  expect(whole).toContain('<code>only=failed</code>')
  expect(whole).not.toContain('`')
})

it('tells administrators what is off on this box, and how to turn it on', async () => {
  const world = await serverWorld()
  const bare = abilitiesOf(world.ports, '/nowhere')
  expect(bare.every(({ available }) => !available)).toBe(true)
  expect(bare.map(({ howToEnable }) => howToEnable)).toContain('apt-get install poppler-utils')
  const { token } = await world.person('root', 'admin')
  const status = await (await world.ask('GET', '/api/v1/status', { token })).json()
  const { abilities } = status as { abilities: { available: boolean; how_to_enable: unknown }[] }
  expect(abilities).toHaveLength(bare.length)
  for (const each of abilities) expect(each.how_to_enable === null).toBe(each.available)
})
