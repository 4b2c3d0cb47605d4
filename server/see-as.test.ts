import { describe, expect, it } from 'vitest'
import { SEE_AS_MS } from '../core/account/see-as.ts'
import { newId, newTraceId } from '../core/ids.ts'
import { type Ask, formOf, serverWorld } from '../tests/server-world.ts'
import { isOpen, ROUTES } from './contract/all.ts'

const SAME_SITE = { 'sec-fetch-site': 'same-origin' }

/** An administrator in a browser, and bob, who sees one of two books. */
async function office() {
  const world = await serverWorld()
  const bob = await world.person('bob')
  const mine = await world.shelf('Bobs', 'Plans')
  const other = await world.shelf('Others', 'Secrets')
  await world.grant(bob.id, 'contributor', { bookId: mine.id })
  const cookie = await world.signIn()
  const by = (method: string, path: string, given: Ask = {}) =>
    world.ask(method, path, { cookie, ...given, headers: { ...SAME_SITE, ...given.headers } })
  const store = async (chapterId: string, name: string) => {
    const { token } = await world.person('root', 'admin')
    const form = formOf([
      ['chapter_id', chapterId],
      ['file', `words of ${name}`, name],
    ])
    const answer = await world.ask('POST', '/knowledge-base/upload', { token, ...form })
    const { document_id, version_id } = (await answer.json()) as Record<string, string>
    return { id: document_id ?? '', versionId: version_id ?? '' }
  }
  const plan = await store(mine.chapters[0] ?? '', 'plan.txt')
  const secret = await store(other.chapters[0] ?? '', 'secret.txt')
  const start = (user_id = bob.id) => by('POST', '/api/v1/see-as', { json: { user_id } })
  const whoAmI = async () => (await (await by('GET', '/api/v1/session')).json()) as WhoAmI
  return { ...world, bob, mine, other, cookie, by, plan, secret, start, whoAmI }
}

interface WhoAmI {
  user: { username: string }
  scopes: string[]
  seeing_as?: { by: { name: string }; ends_at: number }
  seeing_as_over?: boolean
}

const endsOf = async ({ catalog }: Awaited<ReturnType<typeof office>>['ports']) =>
  (await catalog.journal.auditPage(50)).items.filter(({ action }) => action === 'see_as.end')

const reasonOf = async (answer: Response) =>
  [answer.status, ((await answer.json()) as { reason?: string }).reason] as const

describe('looking as somebody else', () => {
  it('answers as that person is answered, and says so', async () => {
    const { by, ask, bob, plan, secret, mine, other, start, whoAmI } = await office()
    expect((await start()).status).toBe(201)
    expect(await whoAmI()).toMatchObject({
      user: { username: 'bob' },
      scopes: ['read'],
      seeing_as: { by: { name: 'Administrator' } },
    })
    const paths = [
      '/api/v1/books',
      '/api/v1/documents',
      '/api/v1/search?q=words',
      `/api/v1/chapters/${mine.chapters[0]}/folders`,
      `/api/v1/chapters/${other.chapters[0]}/folders`,
      ...[plan.id, secret.id, newId()].flatMap((id) => [
        `/api/v1/documents/${id}`,
        `/api/v1/documents/${id}/versions`,
        `/api/v1/documents/${id}/access`,
        `/api/v1/documents/${id}/preview`,
        `/api/v1/documents/${id}/content?disposition=inline`,
      ]),
    ]
    for (const path of paths) {
      const told = async (answer: Response) => [
        answer.status,
        (await answer.text()).replaceAll(/"(trace_id|took_ms)":("\w+"|\d+)/g, ''),
      ]
      const seen = await told(await by('GET', path))
      expect(seen, path).toEqual(await told(await ask('GET', path, { token: bob.token })))
    }
    expect((await by('GET', `/api/v1/documents/${secret.id}`)).status).toBe(404)
    await by('DELETE', '/api/v1/see-as')
    expect((await whoAmI()).user.username).toBe('admin')
    expect((await by('GET', `/api/v1/documents/${secret.id}`)).status).toBe(200)
  })

  it('shows what it names and changes nothing, on every route of the contract', async () => {
    const { by, start, plan } = await office()
    await start()
    const shown: string[] = []
    for (const route of ROUTES.filter((each) => !isOpen(each))) {
      const method = route.method.toUpperCase()
      const path = route.path.replaceAll(/\{\w+\}/g, newId())
      if (path === '/api/v1/see-as' || path === '/api/v1/session') continue
      const answer = await by(method, path, method === 'GET' ? {} : { json: {} })
      if (method === 'GET' && answer.status !== 403) shown.push(route.path)
      else expect(await reasonOf(answer), `${method} ${path}`).toEqual([403, 'SEEING_AS'])
    }
    expect(shown.filter((path) => !/books|chapters|documents|versions/.test(path)).sort()).toEqual([
      '/api/v1/jobs/{id}',
      '/api/v1/search',
      '/api/v1/understanding',
    ])
    const download = await by('GET', `/api/v1/documents/${plan.id}/content`)
    expect(await reasonOf(download)).toEqual([403, 'SEEING_AS'])
    expect(await reasonOf(await by('PUT', '/u/nothing', { body: 'abc' }))).toEqual([
      403,
      'SEEING_AS',
    ])
  })

  it('writes down each start, reading and end, with both names', async () => {
    const { by, start, plan, bob, ports } = await office()
    await start()
    await by('GET', `/api/v1/documents/${plan.id}`)
    await by('GET', '/api/v1/search?q=words')
    await by('DELETE', '/api/v1/see-as')
    const admin = await ports.catalog.people.userByName('admin')
    const { items } = await ports.catalog.journal.auditPage(50)
    const seen = items.filter(({ action }) => action.startsWith('see_as')).reverse()
    expect(seen.map(({ action, subject }) => [action, subject])).toEqual([
      ['see_as.start', `user:${bob.id}`],
      ['see_as.read', `document:${plan.id}`],
      ['see_as.read', `user:${bob.id}`],
      ['see_as.end', `user:${bob.id}`],
    ])
    for (const { userId } of seen) expect(userId).toBe(admin?.id)
    expect(seen[1]).toMatchObject({
      subjectName: 'plan.txt',
      detail: {
        operation: 'GET /api/v1/documents/:id',
        as_user_id: bob.id,
        as_name: 'bob',
        by_name: 'Administrator',
      },
    })
    // Nothing is left that says that bob did it.
    const ofBob = items.filter(({ userId }) => userId === bob.id)
    expect(ofBob.map(({ action }) => action)).toEqual(['token.create'])
  })

  it('ends by itself after half an hour, and writes for nobody until the page knows', async () => {
    const { by, start, whoAmI, ports } = await office()
    await start()
    ports.clock.advance(SEE_AS_MS - 1)
    expect((await whoAmI()).user.username).toBe('bob')
    ports.clock.advance(1)
    expect(await whoAmI()).toMatchObject({ user: { username: 'admin' }, seeing_as_over: true })
    const make = () => by('POST', '/api/v1/groups', { json: { name: 'Team' } })
    expect(await reasonOf(await make())).toEqual([403, 'SEE_AS_ENDED'])
    expect((await by('DELETE', '/api/v1/see-as')).status).toBe(204)
    expect((await make()).status).toBe(201)
    expect((await whoAmI()).seeing_as_over).toBeUndefined()
    expect(await endsOf(ports)).toHaveLength(1)
  })

  it('has its end by time in the audit once, by whoever notices it first', async () => {
    const { by, start, whoAmI, bob, ports } = await office()
    const admin = await ports.catalog.people.userByName('admin')
    const endsAt = ports.clock.now() + SEE_AS_MS
    const upkeep = () =>
      ports.catalog.people.tellEndOfSeeing({ traceId: newTraceId(), now: ports.clock.now() })
    await start()
    await upkeep()
    expect(await endsOf(ports)).toEqual([])
    ports.clock.advance(SEE_AS_MS)
    await Promise.all([whoAmI(), upkeep(), upkeep()])
    await whoAmI()
    expect(await endsOf(ports)).toMatchObject([
      {
        userId: admin?.id,
        subject: `user:${bob.id}`,
        detail: { started_at: endsAt - SEE_AS_MS, ends_at: endsAt, by_time: true },
      },
    ])
    await by('DELETE', '/api/v1/see-as')
    await start()
    ports.clock.advance(SEE_AS_MS)
    await upkeep()
    await whoAmI()
    expect(await endsOf(ports)).toHaveLength(2)
  })

  it('ends with the office of who looks, and with the account that is looked as', async () => {
    const { by, start, whoAmI, bob, ports, ask, person, secret } = await office()
    const root = await person('root', 'admin')
    const change = (id: string, json: unknown) =>
      ask('PATCH', `/api/v1/users/${id}`, { token: root.token, json })
    const admin = await ports.catalog.people.userByName('admin')
    await start()
    await change(bob.id, { disabled: true })
    expect((await whoAmI()).seeing_as).toBeUndefined()
    await change(bob.id, { disabled: false, org_role: 'admin' })
    expect((await whoAmI()).seeing_as).toBeUndefined()
    await change(bob.id, { org_role: 'member' })
    expect((await whoAmI()).seeing_as).toBeDefined()
    // As a directory does it: the session of who lost the office goes on, and looks no more.
    await ports.catalog.people.updateUser(admin?.id ?? '', { orgRole: 'member' })
    expect(await whoAmI()).toMatchObject({ user: { username: 'admin' }, seeing_as_over: true })
    expect((await by('GET', `/api/v1/documents/${secret.id}`)).status).toBe(404)
  })

  it('is for administrators in a browser, by this site, and not as each other', async () => {
    const { start, by, bob, ask, person, account, signIn, ports, cookie } = await office()
    const root = await person('root', 'admin')
    expect(await reasonOf(await start(root.id))).toEqual([409, 'SEE_AS_ADMIN'])
    expect(await reasonOf(await start(newId()))).toEqual([404, undefined])
    const json = { user_id: bob.id }
    const byToken = await ask('POST', '/api/v1/see-as', { token: root.token, json })
    expect(await reasonOf(byToken)).toEqual([400, 'TOKEN'])
    await account('carl', 'a long password')
    const own = { cookie: await signIn('carl', 'a long password'), headers: SAME_SITE }
    const byMember = await ask('POST', '/api/v1/see-as', { ...own, json })
    expect(await reasonOf(byMember)).toEqual([403, 'NOT_ADMIN'])
    for (const headers of [{}, { origin: 'http://evil' }, { 'sec-fetch-site': 'cross-site' }]) {
      const foreign = await ask('POST', '/api/v1/see-as', { cookie, headers, json })
      expect(await reasonOf(foreign)).toEqual([403, 'CROSS_ORIGIN'])
    }
    await ports.catalog.people.updateUser(bob.id, { disabledAt: 1 })
    expect(await reasonOf(await start())).toEqual([409, 'SEE_AS_DISABLED'])
    expect((await by('DELETE', '/api/v1/see-as')).status).toBe(204)
  })

  it('is of one session: another one of the same account is itself, and signing out ends both', async () => {
    const { start, ask, signIn, cookie, whoAmI, by } = await office()
    await start()
    const second = await ask('GET', '/api/v1/session', { cookie: await signIn() })
    expect(await second.json()).toMatchObject({ user: { username: 'admin' } })
    expect((await whoAmI()).user.username).toBe('bob')
    expect((await by('DELETE', '/api/v1/session')).status).toBe(204)
    expect((await ask('GET', '/api/v1/session', { cookie })).status).toBe(401)
  })

  it('gives no live events, also not to a stream that was open before', async () => {
    const { start, by } = await office()
    const open = await by('GET', '/api/v1/events')
    const reader = open.body?.getReader()
    await reader?.read()
    await start()
    const rest = await reader?.read()
    expect(rest?.done).toBe(true)
    expect(await reasonOf(await by('GET', '/api/v1/events'))).toEqual([403, 'SEEING_AS'])
  })
})
