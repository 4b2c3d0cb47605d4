import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { oidcProvider } from '../adapters/oidc/identity-provider.ts'
import { keepRenewed } from '../core/account/renew-elsewhere.ts'
import { newId } from '../core/ids.ts'
import { CLIENT, oidcServer, type Subject } from '../tests/oidc-server.ts'
import { serverWorld } from '../tests/server-world.ts'

const RETURN_TO = 'http://box/api/v1/session/oidc/callback'
const HOUR = 3_600_000

const ADA: Subject = {
  sub: 'u-1',
  preferred_username: 'ada',
  name: 'Ada Lovelace',
  groups: ['Engines', 'Readers'],
}

/** A box with a provider, and the hands of a browser. */
async function withProvider(
  given: { inToken?: boolean; canRenew?: boolean; secret?: string; scope?: string } = {},
) {
  const there = await oidcServer(RETURN_TO, given)
  onTestFinished(() => there.close())
  const identityProvider = oidcProvider({
    issuer: there.issuer,
    clientId: CLIENT.id,
    clientSecret: given.secret ?? CLIENT.secret,
    name: 'Corp',
    scope: given.scope ?? 'openid profile groups',
    groupsClaim: 'groups',
    nameClaim: 'preferred_username',
    returnTo: RETURN_TO,
    signedOutTo: 'http://box/sign-in',
    graceMs: 24 * HOUR,
    timeoutMs: 30_000,
  })
  const world = await serverWorld({}, 'memory', { identityProvider })
  // Tokens of the provider are held against this machine's time.
  world.ports.clock.advance(Date.now() - world.ports.clock.now())
  const leave = async (from = '/library') => {
    const path = `/api/v1/session/oidc?from=${encodeURIComponent(from)}`
    const left = await world.ask('GET', path)
    const journey = (left.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    return { to: left.headers.get('location') ?? '', journey }
  }
  const back = (at: URL, journey: string) =>
    world.ask('GET', at.pathname + at.search, { cookie: journey })
  const signIn = async (who: Subject | undefined, from?: string) => {
    there.state.who = who
    const { to, journey } = await leave(from)
    const answer = await back(await there.walk(to), journey)
    const cookies = answer.headers.getSetCookie().map((each) => each.split(';')[0] ?? '')
    const cookie = cookies.find((each) => each.startsWith('onefold_session=')) ?? ''
    return { to: answer.headers.get('location'), cookie }
  }
  const whoAmI = async (cookie: string) =>
    (await (await world.ask('GET', '/api/v1/session', { cookie })).json()) as {
      user: { id: string; username: string; display_name: string; org_role: string }
      sign_out_address?: string
    }
  const groupsOf = async (userId: string) => {
    const { people } = world.ports.catalog
    const names: string[] = []
    for (const group of await people.groups()) {
      const members = group.isEveryone ? [] : await people.members(group.id)
      if (members.some(({ id }) => id === userId)) names.push(group.name)
    }
    return names
  }
  return { there, world, leave, back, signIn, whoAmI, groupsOf }
}

it('asks nobody before somebody wants to sign in there', async () => {
  const { there, world } = await withProvider()
  const ways = await world.ask('GET', '/api/v1/sign-in')
  expect(await ways.json()).toEqual({ oidc: { name: 'Corp' } })
  await world.signIn()
  expect(there.state.asked).toEqual([])
  const none = await serverWorld()
  expect(await (await none.ask('GET', '/api/v1/sign-in')).json()).toEqual({ oidc: null })
  const nowhere = await none.ask('GET', '/api/v1/session/oidc')
  expect(nowhere.headers.get('location')).toBe('/sign-in?problem=NO_OIDC')
})

it.each([
  ['the ID token', true],
  ['a second question', false],
])('makes an account at the first sign-in, with names and groups of %s', async (_, inToken) => {
  const { signIn, whoAmI, groupsOf } = await withProvider({ inToken })
  const { to, cookie } = await signIn(ADA, '/library?chapter=1')
  expect(to).toBe('/library?chapter=1')
  const { user, sign_out_address: out } = await whoAmI(cookie)
  expect(user).toMatchObject({
    username: 'ada',
    display_name: 'Ada Lovelace',
    org_role: 'member',
  })
  expect(await groupsOf(user.id)).toEqual(['Engines', 'Readers'])
  expect(new URL(out ?? '').searchParams.get('post_logout_redirect_uri')).toBe('http://box/sign-in')
})

it('knows people by issuer and subject, never by a name', async () => {
  const { signIn, whoAmI, groupsOf, world } = await withProvider()
  const ada = await whoAmI((await signIn(ADA)).cookie)
  const renamed = { ...ADA, preferred_username: 'ada.king', groups: ['Readers'] }
  const again = await whoAmI((await signIn(renamed)).cookie)
  expect(again.user).toMatchObject({ id: ada.user.id, username: 'ada.king' })
  expect(await groupsOf(ada.user.id)).toEqual(['Readers'])
  const other = await whoAmI((await signIn({ ...ADA, sub: 'u-2' })).cookie)
  expect(other.user.id).not.toBe(ada.user.id)
  // The name of a local administrator is a name, and nothing else.
  const admin = await whoAmI((await signIn({ sub: 'u-3', preferred_username: 'admin' })).cookie)
  expect(admin.user).toMatchObject({ org_role: 'member' })
  expect((await world.ports.catalog.people.userByName('admin'))?.id).not.toBe(admin.user.id)
})

it('gives grants and roles by groups, as a directory does, from the next sign-in on', async () => {
  const { signIn, world, whoAmI } = await withProvider()
  const { cookie } = await signIn(ADA)
  const book = await world.shelf('Engines of the world', 'a')
  const { token } = await world.person('root', 'admin')
  const list = await world.ask('GET', '/api/v1/directory/groups', { token })
  const { items } = (await list.json()) as { items: { id: string; name: string }[] }
  expect(items.map(({ name }) => name)).toEqual(['Engines', 'Readers'])
  const id = items[0]?.id ?? ''
  const grant = { json: { group_id: id, role: 'viewer' }, token }
  await world.ask('POST', `/api/v1/books/${book.id}/grants`, grant)
  const books = await world.ask('GET', '/api/v1/books', { cookie })
  expect(await books.json()).toMatchObject({ items: [{ name: 'Engines of the world' }] })
  const map = { json: { org_role: 'admin' }, token }
  expect((await world.ask('PUT', `/api/v1/directory/groups/${id}`, map)).status).toBe(204)
  expect((await whoAmI((await signIn(ADA)).cookie)).user.org_role).toBe('admin')
  const out = await signIn({ ...ADA, groups: ['Readers'] })
  expect((await whoAmI(out.cookie)).user.org_role).toBe('member')
})

describe('the way back', () => {
  it('is for the browser that left, once, and for no other', async () => {
    const { there, leave, back } = await withProvider()
    there.state.who = ADA
    const [mine, hers] = [await leave(), await leave()]
    const at = await there.walk(mine.to)
    const told = async (journey: string) => (await back(at, journey)).headers.get('location')
    expect(await told('')).toBe('/sign-in?problem=OIDC_OVER')
    expect(await told(hers.journey)).toBe('/sign-in?problem=OIDC_INVALID')
    expect(await told(mine.journey)).toBe('/library')
    expect(await told(mine.journey)).toBe('/sign-in?problem=OIDC_OVER')
  })

  it.each([
    ['state', 'x'],
    ['iss', 'http://127.0.0.1:1'],
    ['code', 'x'],
  ])('is refused with another %s', async (name, value) => {
    const { there, leave, back } = await withProvider()
    there.state.who = ADA
    const { to, journey } = await leave()
    const at = await there.walk(to)
    at.searchParams.set(name, value)
    const answer = await back(at, journey)
    expect(answer.headers.get('location')).toBe('/sign-in?problem=OIDC_INVALID')
    expect(answer.headers.getSetCookie().join()).not.toContain('onefold_session')
  })

  it('carries a proof of the code, a state and a nonce, all new each time', async () => {
    const { leave } = await withProvider()
    const [one, two] = [await leave(), await leave()].map(({ to }) => new URL(to).searchParams)
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(one?.get(name)?.length).toBeGreaterThan(40)
      expect(one?.get(name)).not.toBe(two?.get(name))
    }
    expect(one?.get('code_challenge_method')).toBe('S256')
  })

  it('leads to no page but one of this box', async () => {
    const { signIn } = await withProvider()
    const elsewhere = [
      '//evil.example',
      '/\\evil.example',
      '/.//evil.example',
      'http://evil.example',
    ]
    for (const from of [...elsewhere, '/api/v1/books']) {
      expect((await signIn(ADA, from)).to).toBe('/')
    }
  })

  it('is too late after ten minutes', async () => {
    const { there, leave, back, world } = await withProvider()
    there.state.who = ADA
    const { to, journey } = await leave()
    const at = await there.walk(to)
    world.ports.clock.advance(10 * 60_000)
    expect((await back(at, journey)).headers.get('location')).toBe('/sign-in?problem=OIDC_OVER')
  })
})

describe('while they are here', () => {
  /** Ada signed in, with a book of each of her groups, and a token. */
  async function withAda(given: Parameters<typeof withProvider>[0] = {}) {
    const on = await withProvider({ canRenew: true, ...given })
    const { cookie } = await on.signIn(ADA)
    const { user } = await on.whoAmI(cookie)
    const { createToken } = await import('../core/account/tokens.ts')
    const wish = { name: 't', scopes: ['read'] as const }
    const { token } = await createToken(on.world.ports, on.world.actor(user.id), wish)
    const { catalog, clock } = on.world.ports
    for (const group of await catalog.people.groups()) {
      if (group.isEveryone) continue
      const book = await on.world.shelf(`Book of ${group.name}`, 'a')
      const grant = { id: newId(), groupId: group.id, role: 'viewer' as const, createdAt: 0 }
      await catalog.library.putGrant({ ...grant, bookId: book.id })
    }
    const books = async (as: { cookie?: string; token?: string } = { cookie }) => {
      const answer = await on.world.ask('GET', '/api/v1/books', as)
      if (answer.status !== 200) return answer.status
      const { items } = (await answer.json()) as { items: { name: string }[] }
      return items.map(({ name }) => name)
    }
    const asked = () => on.there.state.asked.filter((path) => path.startsWith('/token')).length
    return { ...on, clock, user, token, cookie, books, asked }
  }

  it('loses within a minute what a group gave that was taken away there', async () => {
    const { there, clock, user, books, token, asked, world } = await withAda()
    there.people.set(ADA.sub, { ...ADA, groups: ['Readers'] })
    expect(await books()).toEqual(['Book of Engines', 'Book of Readers'])
    clock.advance(60_000)
    const [before, grant] = [asked(), await world.ports.catalog.directories.grant(user.id)]
    const many = await Promise.all([books(), books(), books({ token }), books()])
    expect(many).toEqual(many.map(() => ['Book of Readers']))
    expect(asked()).toBe(before + 1)
    // What was asked by is spent, and the catalog shows it to nobody.
    expect(await world.ports.catalog.directories.grant(user.id)).not.toBe(grant)
    const files = ['catalog.sqlite', 'catalog.sqlite-wal'].map((name) => join(world.root, name))
    const bytes = Buffer.concat(await Promise.all(files.map((file) => readFile(file))))
    expect(grant?.length).toBeGreaterThan(20)
    expect(bytes.includes(grant ?? '')).toBe(false)
  })

  it.each([
    ['goes on', 'openid profile groups', ['Book of Engines', 'Book of Readers']],
    ['ends as well', 'openid profile groups offline_access', 401],
  ])('is out within a minute of leaving there; a token %s', async (_, scope, withToken) => {
    const { there, clock, books, token, user, world, signIn } = await withAda({ scope })
    there.people.delete(ADA.sub)
    const stop = new AbortController()
    // Nobody has to ask for anything: what is open is looked at, too.
    const once = { ...clock, sleep: async () => stop.abort() }
    clock.advance(50_000)
    let changes = 0
    const ports = { ...world.ports, clock: once }
    await keepRenewed(ports, () => changes++, stop.signal)
    expect(changes).toBe(1)
    expect(await world.ports.catalog.people.sessionsOf(user.id, clock.now())).toEqual([])
    expect([await books(), await books({ token })]).toEqual([401, withToken])
    const { items } = await world.ports.catalog.journal.auditPage(1, undefined, {
      action: 'session.end_all',
    })
    expect(items[0]).toMatchObject({ subject: `user:${user.id}`, detail: { by: 'oidc' } })
    const { cookie } = await signIn(ADA)
    expect(await books({ cookie })).toEqual(['Book of Engines', 'Book of Readers'])
  })

  it('keeps what it has while the provider does not answer, which is asked seldom then', async () => {
    const { there, clock, books } = await withAda()
    await there.close()
    clock.advance(60_000)
    expect(await books()).toEqual(['Book of Engines', 'Book of Readers'])
    expect(await books()).toHaveLength(2)
  })

  it('has an hour where the provider gives nothing to ask by', async () => {
    const { clock, books, asked } = await withAda({ canRenew: false })
    clock.advance(29 * 60_000)
    expect(await books()).toHaveLength(2)
    clock.advance(29 * 60_000)
    expect(await books()).toHaveLength(2)
    expect(asked()).toBe(1)
    clock.advance(2 * 60_000)
    expect(await books()).toBe(401)
  })
})

describe('what goes wrong', () => {
  it('is told on the sign-in page and written down, without a session', async () => {
    const { signIn, world } = await withProvider()
    const { to, cookie } = await signIn(undefined)
    expect([to, cookie]).toEqual(['/sign-in?problem=OIDC_REFUSED', ''])
    const { items } = await world.ports.catalog.journal.auditPage(1)
    expect(items[0]).toMatchObject({
      action: 'session.refuse',
      detail: { reason: 'OIDC_REFUSED' },
    })
  })

  it('is a provider that names no groups because there are too many: nobody loses any', async () => {
    const { signIn, world } = await withProvider()
    await signIn(ADA)
    const members = async () => {
      const groups = await world.ports.catalog.people.groups()
      return groups.map(({ name, memberCount }) => `${name} ${memberCount}`)
    }
    const before = await members()
    expect(before).toContain('Engines 1')
    const { groups: _, ...many } = { ...ADA, hasgroups: true }
    expect(await signIn(many)).toEqual({ to: '/sign-in?problem=OIDC_INCOMPLETE', cookie: '' })
    expect(await members()).toEqual(before)
    const { items } = await world.ports.catalog.journal.auditPage(1)
    expect(items[0]).toMatchObject({ detail: { reason: 'OIDC_INCOMPLETE' } })
  })

  it('is a provider that does not answer: local accounts go on', async () => {
    const { there, leave, world } = await withProvider()
    await there.close()
    expect((await leave()).to).toBe('/sign-in?problem=OIDC_UNREACHABLE')
    expect(await world.signIn()).toContain('onefold_session=')
  })

  it('is a box that the provider does not know by its secret', async () => {
    const { signIn } = await withProvider({ secret: 'another one, as long as the right one is' })
    expect((await signIn(ADA)).to).toBe('/sign-in?problem=OIDC_INVALID')
  })

  it('is somebody whom an administrator here has disabled', async () => {
    const { signIn, whoAmI, world } = await withProvider()
    const { user } = await whoAmI((await signIn(ADA)).cookie)
    const { token } = await world.person('root', 'admin')
    await world.ask('POST', `/api/v1/users/${user.id}/lock-out`, { token })
    expect(await signIn(ADA)).toEqual({ to: '/sign-in?problem=OIDC_DISABLED', cookie: '' })
  })

  it('is a token long after the last sign-in: it waits for the next one', async () => {
    const { signIn, whoAmI, world } = await withProvider()
    const { user } = await whoAmI((await signIn(ADA)).cookie)
    const { createToken } = await import('../core/account/tokens.ts')
    const actor = world.actor(user.id)
    const { token } = await createToken(world.ports, actor, { name: 't', scopes: ['read'] })
    const use = async () => (await world.ask('GET', '/api/v1/books', { token })).status
    expect(await use()).toBe(200)
    world.ports.clock.advance(25 * HOUR)
    expect(await use()).toBe(401)
  })
})
