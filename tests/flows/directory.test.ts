import { Attribute, Change } from 'ldapts'
import { describe, expect, it, onTestFinished } from 'vitest'
import { mapGroup } from '../../core/directory/map-group.ts'
import { newId } from '../../core/ids.ts'
import type { Role } from '../../core/model/actor.ts'
import { type DirectoryBox, directoryBox } from '../directory-box.ts'
import { faultyLine } from '../faulty-line.ts'
import {
  groupDn,
  groupLdif,
  HAS_SLAPD,
  PEOPLE,
  personDn,
  personLdif,
  type Slapd,
  slapd,
} from '../slapd.ts'

const STAFF = Array.from({ length: 12 }, (_, i) => `clerk${i}`)
const LDIF = [
  ...['ada', 'ben', 'eve', ...STAFF].map((uid) => personLdif(uid)),
  groupLdif('editors', [personDn('ada')]),
  groupLdif('house', [groupDn('editors'), ...STAFF.map(personDn)]),
  groupLdif('chiefs', [personDn('ben')]),
].join('')

/** Each test has a directory of its own: they re-organise it. */
describe.skipIf(!HAS_SLAPD)('people and groups of a directory', () => {
  let server: Slapd
  let on: DirectoryBox
  const fresh = async () => {
    server = await slapd({ ldif: LDIF })
    onTestFinished(() => server.stop())
    on = await directoryBox(server.options())
  }

  /** A book whose readers are a group. */
  async function bookFor(groupName: string, role: Role = 'viewer', name = `Book of ${groupName}`) {
    const book = await on.shelf(name, 'All')
    const { id: groupId } = await on.group(groupName)
    const grant = { id: newId(), groupId, role, createdAt: 0, bookId: book.id }
    await on.ports.catalog.library.putGrant(grant)
    return book
  }

  it('signs people in, with an account made then and there, and what their groups may see', async () => {
    await fresh()
    const cookie = await on.signIn('ada', 'ada pw')
    expect(cookie).not.toBe('')
    expect(await on.books(cookie)).toEqual([])
    await bookFor('house')
    const [own] = await on.person('ada')
    const added = async () => {
      const { items } = await on.ports.catalog.journal.auditPage(200)
      return items.filter(({ action }) => action === 'group.add')
    }
    // What gives somebody who is new their rights is told, as of everybody else.
    const first = await added()
    expect(first.length).toBeGreaterThan(0)
    const house = await on.group('house')
    expect(first).toContainEqual(
      expect.objectContaining({ subject: `group:${house.id}`, detail: { user_id: own?.id } }),
    )
    const { membersAdded } = await on.sync()
    expect(await added()).toHaveLength(first.length + membersAdded)
    await bookFor('chiefs')
    expect(await on.books(cookie)).toEqual(['Book of house'])
    expect(await on.signIn('ada', 'ben pw')).toBe('')
    const [refused] = (await on.ports.catalog.journal.auditPage(1)).items
    expect(refused).toMatchObject({ action: 'session.refuse', subject: `user:${own?.id}` })
    expect(await on.signIn('nobody at all', 'ben pw')).toBe('')
    const [unknown] = (await on.ports.catalog.journal.auditPage(1)).items
    expect(unknown).toMatchObject({ action: 'session.refuse', subject: 'session' })
    expect(await on.signIn('admin')).not.toBe('')
    const [ada] = await on.person('ada')
    expect(ada).toMatchObject({ displayName: 'ada of Ex', directory: { id: 'ex' } })
    await on.sync()
    expect(await on.person('ada')).toHaveLength(1)
    expect((await on.ports.catalog.people.users()).length).toBe(16)
  })

  it('gives nobody the rights of another of the same name, local or not', async () => {
    await fresh()
    await on.sync()
    await bookFor('editors')
    // Who is in the directory cannot be shadowed by accident …
    await expect(on.account('ada', 'local password')).rejects.toMatchObject({
      reason: 'USERNAME_TAKEN',
    })
    // … and a local account that was there before keeps its name and its own rights.
    await on.account('zoe', 'local password')
    await server.change((client) => addPerson(client, 'zoe'))
    await server.change((client) => members(client, 'editors', ['ada', 'zoe']))
    await on.sync()
    expect(await on.person('zoe')).toHaveLength(2)
    // Nor by what a directory does not see in a name.
    for (const typed of ['zoe', ' zoe', 'zoe ', 'zo\u200be']) {
      expect(await on.signIn(typed, 'zoe pw'), JSON.stringify(typed)).toBe('')
    }
    expect(await on.books(await on.signIn('zoe', 'local password'))).toEqual([])
    expect(await on.books(await on.signIn('ex\\zoe', 'zoe pw'))).toEqual(['Book of editors'])
    expect(await on.signIn('ex\\zoe', 'local password')).toBe('')
    // Nor does the password of the one change that of the other.
    const cookie = await on.signIn('ex\\zoe', 'zoe pw')
    const change = { current: 'local password', next: 'another password' }
    const answer = await on.ask('POST', '/api/v1/password', {
      ...page(cookie),
      json: change,
    })
    expect(answer.status).toBe(409)
    expect(await on.signIn('zoe', 'local password')).not.toBe('')
  })

  it('makes administrators of the members of a group that says so, and never locks the house out', async () => {
    await fresh()
    await on.sync()
    const [admin] = await on.person('admin')
    const actor = on.actor(admin?.id ?? '', 'admin')
    const { id } = await on.group('chiefs')
    await mapGroup(on.stores, actor, { groupId: id, orgRole: 'admin' })
    expect((await on.person('ben'))[0]?.orgRole).toBe('admin')
    const cookie = await on.signIn('ben', 'ben pw')
    expect((await on.ask('GET', '/api/v1/users', { cookie })).status).toBe(200)
    // The last local administrator stays, however many a directory has.
    const patch = { ...page(cookie), json: { disabled: true } }
    expect((await on.ask('PATCH', `/api/v1/users/${admin?.id}`, patch)).status).toBe(409)
    await server.change((client) => members(client, 'chiefs', ['eve']))
    await on.sync()
    expect((await on.ask('GET', '/api/v1/users', { cookie })).status).toBe(403)
    expect((await on.person('eve'))[0]?.orgRole).toBe('admin')
  })

  it('D5 disable-propagation: session, token, address and stream end within 60 s', async () => {
    await fresh()
    const took: number[] = []
    for (const [uid, way] of [
      ['ada', 'disable'],
      ['ben', 'remove'],
      ['eve', 'drop'],
    ] as const) {
      took.push(await secondsUntilOut(on, server, { uid, way, bookFor }))
    }
    expect(Math.max(...took)).toBeLessThanOrEqual(60)
  }, 120_000)

  it('D5 without a service account: people are looked up by their own way in, and sign in anew when it is gone', async () => {
    server = await slapd({ ldif: LDIF })
    onTestFinished(() => server.stop())
    const line = await faultyLine(server.port)
    onTestFinished(() => line.close())
    const urls = [`ldap://127.0.0.1:${line.port}`]
    const { bindDn: _, bindPassword: __, ...options } = server.options({ urls })
    on = await directoryBox({ ...options, bindPattern: `uid={name},${PEOPLE}` })
    await expect(on.sync()).rejects.toMatchObject({ reason: 'NO_SERVICE_ACCOUNT' })
    const cookie = await on.signIn('ada', 'ada pw')
    await bookFor('editors')
    await bookFor('house')
    const keeper = on.kept(() => on.app.rightsChanged())
    for (let round = 0; round < 12; round++) await keeper.step()
    expect(await on.books(cookie)).toEqual(['Book of editors', 'Book of house'])
    await server.change((client) => members(client, 'editors', ['clerk0']))
    await server.change((client) => members(client, 'house', ['ada']))
    for (let round = 0; round < 6; round++) await keeper.step()
    expect(await on.books(cookie)).toEqual(['Book of house'])
    // Whatever the directory would tell to nobody: that is not asked.
    line.alter(() => 'cut')
    for (let round = 0; round < 4; round++) await keeper.step()
    line.alter(undefined)
    for (let round = 0; round < 4; round++) await keeper.step()
    expect(await on.books(cookie)).toBe(401)
    expect(await on.books(await on.signIn('ada', 'ada pw'))).toEqual(['Book of house'])
    await keeper.stop()
  }, 120_000)

  it('looks somebody up before the first request after a silence', async () => {
    await fresh()
    const cookie = await on.signIn('ada', 'ada pw')
    expect(await on.books(cookie)).toEqual([])
    on.ports.clock.advance(20 * 60_000)
    await server.change((client) => disable(client, 'ada'))
    expect(await on.books(cookie)).toBe(401)
  })

  it('lets the kill switch of an administrator win over the directory', async () => {
    await fresh()
    const cookie = await on.signIn('ada', 'ada pw')
    const { items: sessions } = await list(on, cookie)
    expect(sessions).toHaveLength(1)
    const made = await on.ask('POST', '/api/v1/tokens', {
      ...page(cookie),
      json: { name: 'script', scopes: ['read'] },
    })
    const { token } = (await made.json()) as { token: string }
    const [ada] = await on.person('ada')
    const root = await on.signIn()
    const answer = await on.ask('POST', `/api/v1/users/${ada?.id}/lock-out`, page(root))
    expect(answer.status).toBe(200)
    expect(await on.books(cookie)).toBe(401)
    expect((await on.ask('GET', '/api/v1/books', { token })).status).toBe(401)
    await on.sync()
    expect(await on.signIn('ada', 'ada pw')).toBe('')
    const again = { ...page(root), json: { disabled: false } }
    await on.ask('PATCH', `/api/v1/users/${ada?.id}`, again)
    expect(await on.signIn('ada', 'ada pw')).not.toBe('')
    expect((await on.ask('GET', '/api/v1/books', { token })).status).toBe(401)
  })
})

type Client = Parameters<Parameters<Slapd['change']>[0]>[0]

/** A call of the page: browsers say that it comes from there. */
const page = (cookie: string) => ({ cookie, headers: { 'sec-fetch-site': 'same-origin' } })

const list = async (on: DirectoryBox, cookie: string) =>
  (await (await on.ask('GET', '/api/v1/sessions', { cookie })).json()) as { items: unknown[] }

const addPerson = (client: Client, uid: string, below = PEOPLE) =>
  client.add(`uid=${uid},${below}`, {
    objectClass: 'inetOrgPerson',
    uid,
    cn: `${uid} of Ex`,
    sn: uid,
    userPassword: `${uid} pw`,
  })

const set = (client: Client, dn: string, type: string, values: string[]) =>
  client.modify(
    dn,
    new Change({ operation: 'replace', modification: new Attribute({ type, values }) }),
  )

const members = (client: Client, cn: string, uids: readonly string[]) =>
  set(client, groupDn(cn), 'member', uids.map(personDn))

const disable = (client: Client, uid: string) =>
  set(client, personDn(uid), 'pwdAccountLockedTime', ['000001010000Z'])

/** Somebody is here by every way there is; the directory sends them off; how long until all is over. */
async function secondsUntilOut(
  on: DirectoryBox,
  server: Slapd,
  {
    uid,
    way,
    bookFor,
  }: {
    uid: string
    way: 'disable' | 'remove' | 'drop'
    bookFor: (group: string, role: Role, name: string) => Promise<{ chapters: string[] }>
  },
): Promise<number> {
  await server.change(async (client) => {
    await client.add(groupDn(`only-${uid}`), {
      objectClass: 'groupOfNames',
      cn: `only-${uid}`,
      member: [personDn(uid)],
    })
  })
  await on.sync()
  const book = await bookFor(`only-${uid}`, 'contributor', `Secrets of ${uid}`)
  const keeper = on.kept(() => on.app.rightsChanged())
  await keeper.settled()
  const cookie = await on.signIn(uid, `${uid} pw`)
  const made = await on.ask('POST', '/api/v1/tokens', {
    ...page(cookie),
    json: { name: 'script', scopes: ['read', 'write'] },
  })
  const { token } = (await made.json()) as { token: string }
  const requested = await on.ask('POST', '/upload/request', {
    token,
    json: { chapter_id: book.chapters[0], doc_name: 'a.txt', file_size: 5 },
  })
  const upload = (await requested.json()) as { doc_id: string; s3_presigned_url: string }
  expect(upload.s3_presigned_url).toMatch(/^\/u\//)
  const stream = await on.ask('GET', '/api/v1/events', { cookie })
  let isStreaming = true
  const over = stream.text().then(() => {
    isStreaming = false
  })
  await keeper.step()
  expect(await on.books(cookie)).toEqual([`Secrets of ${uid}`])
  expect((await on.ask('GET', '/api/v1/books', { token })).status).toBe(200)
  expect(isStreaming).toBe(true)
  await server.change(async (client) => {
    if (way === 'disable') await disable(client, uid)
    if (way === 'remove') await client.del(personDn(uid))
    if (way === 'drop') await members(client, `only-${uid}`, ['clerk0'])
  })
  const from = on.ports.clock.now()
  const isOut = async () => {
    const books = await on.books(cookie)
    const byToken = (await on.ask('GET', '/api/v1/books', { token })).status
    if (way === 'drop') return Array.isArray(books) && books.length === 0
    return books === 401 && byToken === 401 && !isStreaming
  }
  for (let round = 0; round < 12 && !(await isOut()); round++) {
    await keeper.step()
    if (way !== 'drop' && (await on.books(cookie)) === 401) await over
  }
  const seconds = (on.ports.clock.now() - from) / 1_000
  expect(await isOut(), `${uid} ${way}`).toBe(true)
  const sent = await on.ask('PUT', new URL(upload.s3_presigned_url, 'http://box').pathname, {
    body: 'hello',
  })
  expect(sent.status, `${uid} sends after ${way}`).toBe(404)
  const completed = await on.ask('POST', '/upload/complete', {
    token,
    json: { doc_id: upload.doc_id },
  })
  expect(completed.ok, `${uid} completes after ${way}`).toBe(false)
  await keeper.stop()
  if (way === 'drop') await stream.body?.cancel().catch(() => {})
  return seconds
}
