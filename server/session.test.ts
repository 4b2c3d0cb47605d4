import { expect, it } from 'vitest'
import { ADMIN_PASSWORD, type ServerWorld, serverWorld } from '../tests/server-world.ts'

const HOUR = 3_600_000

const signIn = (world: ServerWorld, json: Record<string, string>, cookie?: string) =>
  world.ask('POST', '/api/v1/session', { json, ...(cookie && { cookie }) })

const right = { username: 'admin', password: ADMIN_PASSWORD }

const whoAmI = (world: ServerWorld, cookie: string) =>
  world.ask('GET', '/api/v1/session', { cookie })

it('gives a cookie that scripts and other sites cannot use', async () => {
  const world = await serverWorld()
  const answer = await signIn(world, right)
  expect(await answer.json()).toMatchObject({
    user: { username: 'admin', org_role: 'admin' },
    csrf: null,
  })
  const cookie = answer.headers.get('set-cookie') ?? ''
  expect(cookie).toMatch(
    /^onefold_session=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/,
  )
})

it('binds the cookie to TLS and to this host alone where browsers come by TLS', async () => {
  const world = await serverWorld({ isTls: true })
  const cookie = (await signIn(world, right)).headers.get('set-cookie') ?? ''
  expect(cookie).toMatch(/^__Host-onefold_session=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
  expect((await whoAmI(world, cookie.split(';')[0] ?? '')).status).toBe(200)
  const plain = (cookie.split(';')[0] ?? '').replace('__Host-', '')
  expect((await whoAmI(world, plain)).status).toBe(401)
})

it('D7 session-fixation: gives a new session at every sign-in and ends the one that the browser had', async () => {
  const world = await serverWorld()
  const first = await world.signIn()
  const answer = await signIn(world, right, first)
  const second = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
  expect(second).not.toBe(first)
  expect((await whoAmI(world, first)).status).toBe(401)
  expect((await whoAmI(world, second)).status).toBe(200)
})

it('D7 session-fixation: never takes over a session id that somebody else chose', async () => {
  const world = await serverWorld()
  const planted = `onefold_session=${'A'.repeat(43)}`
  const answer = await signIn(world, right, planted)
  expect(answer.headers.get('set-cookie')).not.toContain('AAAA')
  expect((await whoAmI(world, planted)).status).toBe(401)
})

it('D10 user-enumeration: answers an unknown user and a wrong password alike', async () => {
  const world = await serverWorld()
  const told: unknown[] = []
  for (const username of ['admin', 'nobody']) {
    const answer = await signIn(world, { username, password: 'wrong' })
    const { trace_id: _, ...problem } = (await answer.json()) as Record<string, unknown>
    told.push([answer.status, problem])
  }
  expect(told[0]).toEqual(told[1])
  expect(told[0]).toMatchObject([401, { code: 'unauthenticated', reason: 'WRONG_PASSWORD' }])
})

it('D9 brute-force: slows guessing down, and the right password gets in after the wait', async () => {
  const world = await serverWorld()
  const statuses: number[] = []
  for (let i = 0; i < 7; i++) {
    statuses.push((await signIn(world, { username: 'ADMIN', password: `guess ${i}` })).status)
  }
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429])
  const refused = await signIn(world, right)
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(await refused.json()).toMatchObject({ code: 'rate_limited', retry_after_ms: 1000 })
  world.ports.clock.advance(1000)
  expect((await signIn(world, right)).status).toBe(200)
})

it('lasts while it is used, until its absolute end', async () => {
  const world = await serverWorld({ session: { idleMs: HOUR, absoluteMs: 3 * HOUR } })
  const used = await world.signIn()
  const idle = await world.signIn()
  for (let i = 0; i < 3; i++) {
    world.ports.clock.advance(0.9 * HOUR)
    expect((await whoAmI(world, used)).status).toBe(200)
  }
  expect((await whoAmI(world, idle)).status).toBe(401)
  world.ports.clock.advance(0.5 * HOUR)
  expect((await whoAmI(world, used)).status).toBe(401)
})

it('ends at sign-out, for the server too', async () => {
  const world = await serverWorld()
  const cookie = await world.signIn()
  const headers = { origin: 'http://box', host: 'box' }
  const answer = await world.ask('DELETE', '/api/v1/session', { cookie, headers })
  expect(answer.status).toBe(204)
  expect(answer.headers.get('set-cookie')).toContain('Max-Age=0')
  expect(answer.headers.get('clear-site-data')).toBe('"storage"')
  expect((await whoAmI(world, cookie)).status).toBe(401)
})

it('D7 session-fixation: has a new secret when the password changes, and ends everywhere else', async () => {
  const world = await serverWorld()
  const [here, there] = [await world.signIn(), await world.signIn()]
  const headers = { origin: 'http://box', host: 'box' }
  const json = { current: ADMIN_PASSWORD, next: 'another password' }
  const change = await world.ask('POST', '/api/v1/password', { cookie: here, headers, json })
  expect(change.status).toBe(204)
  const renewed = change.headers.get('set-cookie')?.split(';')[0] ?? ''
  expect((await whoAmI(world, renewed)).status).toBe(200)
  expect((await whoAmI(world, here)).status).toBe(401)
  expect((await whoAmI(world, there)).status).toBe(401)
  expect((await signIn(world, right)).status).toBe(401)
  expect((await signIn(world, { ...right, password: 'another password' })).status).toBe(200)
})

it.each([
  ['too short', 'short77'],
  ['the user name', 'Administrator9'],
])('refuses a new password that is %s', async (_, password) => {
  const world = await serverWorld()
  const { token } = await world.person('root', 'admin')
  const json = { username: 'administrator9', password }
  const answer = await world.ask('POST', '/api/v1/users', { token, json })
  expect([answer.status, await answer.json()]).toMatchObject([400, { reason: 'WEAK_PASSWORD' }])
})

it('ends at once when an administrator disables the account, tokens too', async () => {
  const world = await serverWorld()
  const { id } = await world.account('ada', 'a password of hers')
  const cookie = await world.signIn('ada', 'a password of hers')
  const { token } = await world.person('ada')
  const root = await world.person('root', 'admin')
  await world.ask('PATCH', `/api/v1/users/${id}`, { token: root.token, json: { disabled: true } })
  expect((await whoAmI(world, cookie)).status).toBe(401)
  expect((await world.ask('GET', '/api/v1/books', { token })).status).toBe(401)
  expect((await signIn(world, { username: 'ada', password: 'a password of hers' })).status).toBe(
    401,
  )
})

it('shows where one is signed in, and ends single sessions', async () => {
  const world = await serverWorld()
  const [here, there] = [await world.signIn(), await world.signIn()]
  const list = await world.ask('GET', '/api/v1/sessions', { cookie: here })
  const { items } = (await list.json()) as { items: { id: string; current: boolean }[] }
  expect(items.filter(({ current }) => current)).toHaveLength(1)
  expect(items).toHaveLength(2)
  const other = items.find(({ current }) => !current)?.id
  const headers = { origin: 'http://box', host: 'box' }
  await world.ask('DELETE', `/api/v1/sessions/${other}`, { cookie: here, headers })
  expect((await whoAmI(world, there)).status).toBe(401)
  expect((await whoAmI(world, here)).status).toBe(200)
})

it('D7 session-fixation: ends when the role changes, and not when nothing changes', async () => {
  const world = await serverWorld()
  const { id } = await world.account('ada', 'a password of hers')
  const cookie = await world.signIn('ada', 'a password of hers')
  const { token } = await world.person('root', 'admin')
  const give = (org_role: string) =>
    world.ask('PATCH', `/api/v1/users/${id}`, { token, json: { org_role } })
  await give('member')
  expect((await whoAmI(world, cookie)).status).toBe(200)
  await give('admin')
  expect((await whoAmI(world, cookie)).status).toBe(401)
})

it('ends all others at once, and an administrator ends all of somebody', async () => {
  const world = await serverWorld()
  const { id } = await world.account('ada', 'a password of hers')
  const [here, there] = [
    await world.signIn('ada', 'a password of hers'),
    await world.signIn('ada', 'a password of hers'),
  ]
  const headers = { origin: 'http://box', host: 'box' }
  await world.ask('DELETE', '/api/v1/sessions', { cookie: here, headers })
  expect((await whoAmI(world, there)).status).toBe(401)
  const { token } = await world.person('root', 'admin')
  const path = `/api/v1/users/${id}/sessions`
  const list = await world.ask('GET', path, { token })
  expect(await list.json()).toMatchObject({ items: [{ current: false }] })
  expect((await world.ask('DELETE', path, { token })).status).toBe(204)
  expect((await whoAmI(world, here)).status).toBe(401)
})

it('writes sign-ins down, refused ones too, but never what was typed', async () => {
  const world = await serverWorld()
  await world.signIn()
  await signIn(world, { username: 'hunter2', password: 'typed into the wrong field' })
  const { items } = await world.ports.catalog.journal.auditPage(10)
  expect(items.map(({ action }) => action)).toEqual(['session.refuse', 'session.create'])
  expect(JSON.stringify([items, world.logged])).not.toMatch(/hunter2|wrong field|a password for/)
})
