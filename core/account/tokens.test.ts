import { expect, it } from 'vitest'
import { type ServerWorld, serverWorld } from '../../tests/server-world.ts'
import { isToken, newSecret, newToken, secretHash } from './secret.ts'

async function make(world: ServerWorld, token: string, json: Record<string, unknown>) {
  const answer = await world.ask('POST', '/api/v1/tokens', {
    token,
    json: { name: 'script', scopes: ['read'], ...json },
  })
  return [answer.status, (await answer.json()) as Record<string, unknown>] as const
}

/** Every value of every table, as text. */
async function dumpOf({ ports, root }: ServerWorld): Promise<string> {
  await ports.catalog.check()
  const { default: Sqlite } = await import('better-sqlite3')
  const database = new Sqlite(`${root}/catalog.sqlite`, { readonly: true })
  const tables = database
    .prepare("select name from sqlite_master where type = 'table'")
    .pluck()
    .all()
  const rows = tables.map((table) => database.prepare(`select * from "${table}"`).all())
  database.close()
  return JSON.stringify(rows)
}

it('D11 token-storage: leaves nothing in the catalog that works as a credential', async () => {
  const world = await serverWorld()
  const { token } = await world.person('ada')
  const cookie = await world.signIn()
  const secret = cookie.replace('onefold_session=', '')
  const dump = await dumpOf(world)
  expect(dump).toContain(secretHash(token))
  expect(dump).toContain(secretHash(secret))
  for (const used of [token, token.slice(3, 46), secret, 'a password for tests']) {
    expect(dump).not.toContain(used)
  }
  const hash = secretHash(token)
  for (const stolen of [hash, `of_${hash}`, secretHash(secret)]) {
    expect((await world.ask('GET', '/api/v1/books', { token: stolen })).status).toBe(401)
    const as = `onefold_session=${stolen}`
    expect((await world.ask('GET', '/api/v1/books', { cookie: as })).status).toBe(401)
  }
  // A secret of one kind is none of the other.
  expect((await world.ask('GET', '/api/v1/books', { token: secret })).status).toBe(401)
  const swapped = `onefold_session=${token}`
  expect((await world.ask('GET', '/api/v1/books', { cookie: swapped })).status).toBe(401)
})

it('shows a token once', async () => {
  const world = await serverWorld()
  const { token } = await world.person('ada')
  const [status, made] = await make(world, token, {})
  expect([status, isToken(String(made.token))]).toEqual([201, true])
  const list = await (await world.ask('GET', '/api/v1/tokens', { token })).text()
  expect(list).toContain(String(made.id))
  expect(list).not.toContain(String(made.token).slice(3, 20))
})

it('never makes a token that can do more than the one that asks', async () => {
  const world = await serverWorld()
  const one = await world.shelf('One', 'a')
  const scopes = ['read', 'write'] as const
  const narrow = await world.person('root', 'admin', { scopes })
  expect(await make(world, narrow.token, { scopes: ['admin'] })).toMatchObject([
    403,
    { reason: 'SCOPE' },
  ])
  const { token } = await world.person('ada')
  expect((await make(world, token, { book_ids: [one.id] }))[0]).toBe(404)
})

it('a token limited to books, or to reading, reaches nothing of the account itself', async () => {
  const world = await serverWorld()
  const one = await world.shelf('One', 'a')
  const whole = await world.person('root', 'admin')
  const cookie = await world.signIn()
  const list = await world.ask('GET', '/api/v1/sessions', { cookie })
  const [session] = ((await list.json()) as { items: { id: string }[] }).items
  const [, other] = await make(world, whole.token, {})
  const calls = [
    ['GET', '/api/v1/sessions'],
    ['DELETE', '/api/v1/sessions'],
    ['DELETE', `/api/v1/sessions/${session?.id}`],
    ['GET', '/api/v1/tokens'],
    ['POST', '/api/v1/tokens', { name: 'more', scopes: ['read'] }],
    ['DELETE', `/api/v1/tokens/${String(other.id)}`],
    ['GET', '/api/v1/second-step'],
    ['POST', '/api/v1/password', { current: 'a password for tests', next: 'long enough' }],
  ] as const
  for (const wish of [{ scopes: ['read', 'write'], book_ids: [one.id] }, { scopes: ['read'] }]) {
    const [, made] = await make(world, whole.token, wish)
    const token = String(made.token)
    for (const [method, path, json] of calls) {
      const answer = await world.ask(method, path, { token, ...(json && { json }) })
      expect([path, answer.status, await answer.json()]).toMatchObject([
        path,
        403,
        { reason: 'SCOPE' },
      ])
    }
  }
  expect((await world.ask('GET', '/api/v1/session', { cookie })).status).toBe(200)
  expect((await world.ask('GET', '/api/v1/books', { token: String(other.token) })).status).toBe(200)
})

it('a token limited to books revokes itself', async () => {
  const world = await serverWorld()
  const one = await world.shelf('One', 'a')
  const { token } = await world.person('root', 'admin')
  const [, made] = await make(world, token, { scopes: ['read', 'write'], book_ids: [one.id] })
  const own = { token: String(made.token) }
  expect((await world.ask('DELETE', `/api/v1/tokens/${String(made.id)}`, own)).status).toBe(204)
  expect((await world.ask('GET', '/api/v1/books', own)).status).toBe(401)
})

it('a token limited to books reaches no other, whatever its owner may read', async () => {
  const world = await serverWorld()
  const [one] = [await world.shelf('One', 'a'), await world.shelf('Two', 'b')]
  const { token } = await world.person('root', 'admin', { bookIds: [one.id] })
  const books = await world.ask('GET', '/api/v1/books', { token })
  expect(await books.json()).toMatchObject({ items: [{ name: 'One' }] })
  const json = { username: 'mallory', password: 'long enough', org_role: 'admin' }
  expect((await world.ask('POST', '/api/v1/users', { token, json })).status).toBe(403)
})

it('a token ends at its time, and none is made that has ended already', async () => {
  const world = await serverWorld()
  const { token } = await world.person('ada')
  const now = world.ports.clock.now()
  expect(await make(world, token, { expires_at: now })).toMatchObject([400, { reason: 'EXPIRED' }])
  const [, made] = await make(world, token, { expires_at: now + 1000 })
  const use = async () =>
    (await world.ask('GET', '/api/v1/books', { token: String(made.token) })).status
  expect(await use()).toBe(200)
  world.ports.clock.advance(1000)
  expect(await use()).toBe(401)
})

it.each([
  ['the usual time', { defaultDays: 30, longestDays: 0 }, {}, 30],
  ['no end, where nobody says one', { defaultDays: 0, longestDays: 0 }, {}, null],
  ['no end, by wish', { defaultDays: 30, longestDays: 0 }, { expires_at: null }, null],
  ['the longest that may be', { defaultDays: 30, longestDays: 7 }, {}, 7],
  ['the longest that may be, for no usual time', { defaultDays: 0, longestDays: 7 }, {}, 7],
])('a token has %s', async (_, tokens, wish, days) => {
  const world = await serverWorld({ tokens })
  const { token } = await world.person('ada')
  const [, made] = await make(world, token, wish)
  const end = days === null ? null : world.ports.clock.now() + days * 24 * 60 * 60_000
  expect(made.expires_at).toBe(end)
})

it('a token is never good for longer than the box allows', async () => {
  const world = await serverWorld({ tokens: { defaultDays: 7, longestDays: 7 } })
  const { token } = await world.person('ada')
  for (const expires_at of [null, world.ports.clock.now() + 8 * 24 * 60 * 60_000]) {
    expect(await make(world, token, { expires_at })).toMatchObject([
      400,
      { reason: 'TOKEN_TOO_LONG' },
    ])
  }
})

it('tells a token from a typing error without asking the catalog', () => {
  const token = newToken()
  expect(isToken(token)).toBe(true)
  expect(token).toMatch(/^of_[\w-]{43}[0-9a-f]{8}$/)
  const last = token.endsWith('0') ? '1' : '0'
  for (const wrong of [
    `${token.slice(0, -1)}${last}`,
    token.slice(1),
    `${token}0`,
    newSecret(),
    '',
  ]) {
    expect(isToken(wrong)).toBe(false)
  }
})

it('does not outlive the token that asks for it', async () => {
  const world = await serverWorld()
  const { token } = await world.person('ada')
  const end = world.ports.clock.now() + 60_000
  const [, short] = await make(world, token, { scopes: ['read', 'write'], expires_at: end })
  const ask = (json: Record<string, unknown>) => make(world, String(short.token), json)
  expect((await ask({}))[1].expires_at).toBe(end)
  for (const expires_at of [null, end + 1]) {
    expect(await ask({ expires_at })).toMatchObject([400, { reason: 'TOKEN_TOO_LONG' }])
  }
  expect((await ask({ expires_at: end - 1000 }))[1].expires_at).toBe(end - 1000)
})
