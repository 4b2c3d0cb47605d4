import { expect, it } from 'vitest'
import { ADMIN_PASSWORD, serverWorld } from '../tests/server-world.ts'

const HOST = { host: 'box' }

const CALLS: [what: string, headers: Record<string, string>, status: number][] = [
  ['the own origin', { origin: 'http://box' }, 201],
  ['the own origin by a proxy that speaks TLS', { origin: 'https://box' }, 201],
  ['a browser that says same-origin', { 'sec-fetch-site': 'same-origin' }, 201],
  ['the address bar', { 'sec-fetch-site': 'none' }, 201],
  ['nobody knows where', {}, 403],
  ['another site', { origin: 'http://evil.example' }, 403],
  ['another port of the host', { origin: 'http://box:8080' }, 403],
  ['a sandboxed frame', { origin: 'null' }, 403],
  ['a sibling of the site', { 'sec-fetch-site': 'same-site', origin: 'http://box' }, 403],
  ['another site, as the browser says', { 'sec-fetch-site': 'cross-site' }, 403],
  ['a host that a proxy header claims', { origin: 'http://evil', 'x-forwarded-host': 'evil' }, 403],
]

it.each(CALLS)('D8 csrf: a call by cookie from %s', async (_, headers, status) => {
  const world = await serverWorld()
  const cookie = await world.signIn()
  const json = { name: 'script', scopes: ['read'] }
  const answer = await world.ask('POST', '/api/v1/tokens', {
    cookie,
    json,
    headers: { ...HOST, ...headers },
  })
  expect(answer.status).toBe(status)
})

it('D8 csrf: a call by token may come from anywhere: no browser adds one by itself', async () => {
  const world = await serverWorld()
  const { token } = await world.person('ada')
  const cookie = await world.signIn()
  const headers = { ...HOST, origin: 'http://evil.example' }
  const json = { name: 'script', scopes: ['read'] }
  const answer = await world.ask('POST', '/api/v1/tokens', { token, cookie, json, headers })
  expect(answer.status).toBe(201)
})

it('D8 csrf: another site cannot sign a browser in', async () => {
  const world = await serverWorld()
  const json = { username: 'admin', password: ADMIN_PASSWORD }
  const headers = { ...HOST, origin: 'http://evil.example' }
  const answer = await world.ask('POST', '/api/v1/session', { json, headers })
  expect([answer.status, answer.headers.get('set-cookie')]).toEqual([403, null])
})

it('D8 csrf: a form of another site is no call of ours', async () => {
  const world = await serverWorld()
  const cookie = await world.signIn()
  const answer = await world.ask('POST', '/api/v1/tokens', {
    cookie,
    body: 'name=script&scopes=read',
    headers: { ...HOST, origin: 'http://box', 'content-type': 'application/x-www-form-urlencoded' },
  })
  expect(answer.status).toBe(415)
})

it('D8 csrf: reading by cookie needs no origin, and changes nothing', async () => {
  const world = await serverWorld()
  const cookie = await world.signIn()
  const headers = { ...HOST, origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' }
  const answer = await world.ask('GET', '/api/v1/books', { cookie, headers })
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, null])
})
