import { describe, expect, it, onTestFinished } from 'vitest'
import { carefulDirectory } from '../../core/directory/careful.ts'
import { newId } from '../../core/ids.ts'
import { type DirectoryBox, directoryBox } from '../directory-box.ts'
import { type FaultyLine, faultyLine } from '../faulty-line.ts'
import {
  BASE,
  GROUPS,
  groupDn,
  groupLdif,
  HAS_SLAPD,
  PEOPLE,
  personDn,
  personLdif,
  type Slapd,
  slapd,
} from '../slapd.ts'

const CLERKS = Array.from({ length: 20 }, (_, i) => `clerk${i}`)
const LDIF = [
  ...['ada', 'ben', ...CLERKS].map((uid) => personLdif(uid)),
  groupLdif('editors', [personDn('ada')]),
  groupLdif('house', [groupDn('editors'), ...CLERKS.map(personDn)]),
  groupLdif('chiefs', [personDn('ben')]),
  groupLdif('staff', ['ada', 'ben', ...CLERKS].map(personDn)),
].join('')

describe.skipIf(!HAS_SLAPD)('a directory that fails or is re-organised', () => {
  let server: Slapd
  let line: FaultyLine
  let on: DirectoryBox
  let cookie: string

  /** Ada is here, and reads a book as one of the editors. */
  async function here(change: { pageSize?: number; graceMs?: number } = {}) {
    server = await slapd({ ldif: LDIF })
    onTestFinished(() => server.stop())
    line = await faultyLine(server.port)
    onTestFinished(() => line.close())
    const urls = [`ldap://127.0.0.1:${line.port}`]
    on = await directoryBox(server.options({ urls, timeoutMs: 1_500, ...change }))
    await on.sync()
    const book = await on.shelf('Plans', 'All')
    const { id: groupId } = await on.group('editors')
    await on.ports.catalog.library.putGrant({
      id: newId(),
      groupId,
      role: 'viewer',
      createdAt: 0,
      bookId: book.id,
    })
    cookie = await on.signIn('ada', 'ada pw')
    expect(await on.books(cookie)).toEqual(['Plans'])
  }
  const known = async () => {
    const { people, groups } = await on.ports.catalog.directories.known('ex')
    const active = (await on.ports.catalog.people.users()).filter((u) => u.disabledAt === undefined)
    const members = people.reduce((sum, person) => sum + person.groups.length, 0)
    return { people: people.length, groups: groups.length, members, active: active.length }
  }

  /** What the page of health says of the directory. */
  const health = async () => {
    const answer = await on.ask('GET', '/api/v1/status', { cookie: await on.signIn() })
    const { checks } = (await answer.json()) as { checks: { name: string }[] }
    return checks.find(({ name }) => name === 'directory')
  }
  const metrics = async () =>
    (await on.ask('GET', '/metrics', { cookie: await on.signIn() })).text()

  it('D6 directory-outage: down, mute, cut, busy: nobody is removed, and nobody new comes in', async () => {
    await here({ pageSize: 5 })
    const before = await known()
    const troubles: [string, () => void][] = [
      ['mute', () => line.answer(() => undefined)],
      ['busy', () => line.answer(busy)],
      ['cut mid-page', () => line.alter((bytes, nth) => (nth > 4 ? 'cut' : bytes))],
      ['mute mid-page', () => line.alter((bytes, nth) => (nth > 4 ? undefined : bytes))],
    ]
    for (const [what, begin] of troubles) {
      begin()
      await expect(on.sync(), what).rejects.toMatchObject({ code: 'unavailable' })
      line.answer(undefined)
      line.alter(undefined)
    }
    await server.stop()
    await expect(on.sync()).rejects.toMatchObject({ reason: 'DIRECTORY_UNREACHABLE' })
    const refused = await on.ask('POST', '/api/v1/session', {
      json: { username: 'ben', password: 'ben pw' },
    })
    expect([refused.status, ((await refused.json()) as { reason: string }).reason]).toEqual([
      503,
      'DIRECTORY_UNREACHABLE',
    ])
    expect(await on.signIn('admin')).not.toBe('')
    expect(await on.books(cookie)).toEqual(['Plans'])
    expect(await known()).toEqual(before)
    const state = await on.ports.catalog.directories.state('ex')
    expect(state).toMatchObject({ reason: 'DIRECTORY_UNREACHABLE', people: 22 })
  }, 120_000)

  it('lets people go on for as long as the grace lasts, and then no longer; what they have stays', async () => {
    await here({ graceMs: 20 * 60_000 })
    line.answer(() => undefined)
    expect(await health()).toMatchObject({ ok: true, warns: false, message: 'ok' })
    on.ports.clock.advance(19 * 60_000)
    expect(await on.books(cookie)).toEqual(['Plans'])
    expect(await health()).toMatchObject({ ok: true, warns: true })
    on.ports.clock.advance(2 * 60_000)
    expect(await on.books(cookie)).toBe(401)
    expect(await health()).toMatchObject({ ok: false, message: expect.stringContaining('wait') })
    expect((await known()).people).toBe(22)
    line.answer(undefined)
    await on.sync()
    expect(await on.books(cookie)).toEqual(['Plans'])
    expect(await health()).toMatchObject({ ok: true, warns: false })
  }, 60_000)

  it('asks a silent directory once in a while, and not for every request', async () => {
    server = await slapd({ ldif: LDIF })
    onTestFinished(() => server.stop())
    line = await faultyLine(server.port)
    onTestFinished(() => line.close())
    const options = server.options({ urls: [`ldap://127.0.0.1:${line.port}`], timeoutMs: 1_500 })
    let steady = 0
    on = await directoryBox(options, (plain) =>
      carefulDirectory(plain, { monotonic: () => steady }),
    )
    cookie = await on.signIn('ada', 'ada pw')
    on.ports.clock.advance(60_000)
    line.answer(() => undefined)
    const before = line.connections()
    for (let i = 0; i < 5; i++) expect(await on.books(cookie)).toEqual([])
    expect(line.connections() - before).toBe(1)
    steady += 20_000
    line.answer(undefined)
    await server.change((client) => client.del(personDn('ada')))
    expect(await on.books(cookie)).toBe(401)
  })

  it('D10 user-enumeration: a wrong password of a local account asks the directory, too, and tells it neither name nor password', async () => {
    await here()
    const heardOf = async (username: string) => {
      const before = line.heard().byteLength
      expect(await on.signIn(username, 'no such secret')).toBe('')
      return line.heard().subarray(before)
    }
    const [local, unknown] = [await heardOf('admin'), await heardOf('nobody-here')]
    expect(unknown.includes('nobody-here')).toBe(true)
    expect(local.byteLength).toBeGreaterThan(unknown.byteLength / 2)
    expect(local.includes('admin') || local.includes('no such secret')).toBe(false)
  })

  it('R11: an outage or a re-organisation of the directory takes nothing away, and gives nobody what another had', async () => {
    await here({ pageSize: 5 })
    const before = await known()
    const userId = (await on.person('ada'))[0]?.id

    // Shows nobody, as a server does that was set up anew.
    const empty = await slapd()
    onTestFinished(() => empty.stop())
    line.lead(empty.port)
    await expect(on.sync()).rejects.toMatchObject({ reason: 'DIRECTORY_VANISHING' })
    on.ports.clock.advance(60_000)
    expect(await on.books(cookie)).toEqual(['Plans'])
    const state = await on.ports.catalog.directories.state('ex')
    expect(state?.stopped).toMatchObject({ people: 22, ofPeople: 22, groups: 4, ofGroups: 4 })
    line.lead(server.port)

    // Loses a fifth of the people, in one page that is told as the last.
    const partly = await slapd({
      ldif: LDIF.split('\n\n')
        .filter((entry) => !/dn: uid=clerk1\d/.test(entry))
        .join('\n\n'),
    })
    onTestFinished(() => partly.stop())
    line.lead(partly.port)
    await expect(on.sync()).rejects.toMatchObject({ reason: 'DIRECTORY_VANISHING' })
    line.lead(server.port)
    expect(await known()).toEqual(before)

    // A group is shown without its members, who are all there and in another one.
    const refill = (house: string[], chiefs: string[]) =>
      server.change(async (client) => {
        await replace(client, groupDn('house'), house)
        await replace(client, groupDn('chiefs'), chiefs)
      })
    await refill([personDn('ben')], [personDn('ben')])
    await expect(on.sync()).rejects.toMatchObject({ reason: 'DIRECTORY_VANISHING' })
    const held = (await on.ports.catalog.directories.state('ex'))?.stopped
    expect(held).toMatchObject({ people: 0, groups: 0, stripped: 0, members: 21 })
    expect(held?.shrinking).toMatchObject([{ name: 'house', lost: 21, of: 21 }])
    // Nor one by one, when they are looked for; what else somebody loses goes meanwhile.
    await on.signIn('clerk0', 'clerk0 pw')
    on.ports.clock.advance(60_000)
    expect(await on.books(cookie)).toEqual(['Plans'])
    expect((await on.group('house')).memberCount).toBe(21)
    await refill([personDn('ben')], [personDn('clerk0')])
    await on.signIn('ben', 'ben pw')
    expect((await on.group('chiefs')).memberCount).toBe(0)
    await refill([groupDn('editors'), ...CLERKS.map(personDn)], [personDn('ben')])
    await on.sync()
    expect(await known()).toEqual(before)

    // Everybody moves to another place, and is called otherwise.
    await server.change(async (client) => {
      await client.add(`ou=new,${BASE}`, { objectClass: 'organizationalUnit', ou: 'new' })
      await client.modifyDN(personDn('ada'), `uid=ada.l,ou=new,${BASE}`)
      await client.modifyDN(PEOPLE, `ou=staff,${BASE}`)
      await client.modifyDN(groupDn('editors'), `cn=writers,${GROUPS}`)
      await client.modifyDN(GROUPS, `ou=roles,${BASE}`)
      // What names them follows, as the overlays of directories do it.
      await replace(client, `cn=writers,ou=roles,${BASE}`, [`uid=ada.l,ou=new,${BASE}`])
      await replace(client, `cn=house,ou=roles,${BASE}`, [
        `cn=writers,ou=roles,${BASE}`,
        ...CLERKS.map((uid) => `uid=${uid},ou=staff,${BASE}`),
      ])
      await replace(client, `cn=chiefs,ou=roles,${BASE}`, [`uid=ben,ou=staff,${BASE}`])
      await replace(client, `cn=staff,ou=roles,${BASE}`, [
        `uid=ada.l,ou=new,${BASE}`,
        ...['ben', ...CLERKS].map((uid) => `uid=${uid},ou=staff,${BASE}`),
      ])
    })
    await on.sync()
    expect(await known()).toEqual(before)
    expect((await on.person('ada.l'))[0]?.id).toBe(userId)
    expect(await on.books(cookie)).toEqual(['Plans'])
    expect(await on.books(await on.signIn('ada.l', 'ada pw'))).toEqual(['Plans'])
    expect(await on.signIn('ada', 'ada pw')).toBe('')

    // Somebody new gets the name of one who went, and so does a group.
    await server.change(async (client) => {
      await client.del(`uid=ada.l,ou=new,${BASE}`)
      await client.del(`cn=writers,ou=roles,${BASE}`)
      await client.add(`uid=ada.l,ou=new,${BASE}`, {
        objectClass: 'inetOrgPerson',
        uid: 'ada.l',
        cn: 'Another Ada',
        sn: 'A',
        userPassword: 'other pw',
      })
      await client.add(`cn=writers,ou=roles,${BASE}`, {
        objectClass: 'groupOfNames',
        cn: 'writers',
        member: [`uid=ada.l,ou=new,${BASE}`],
      })
    })
    await on.sync()
    expect(await on.books(cookie)).toBe(401)
    const adas = await on.person('ada.l')
    expect(adas).toHaveLength(2)
    expect(adas.find((user) => user.id === userId)).toMatchObject({
      directory: { left: 'gone' },
      disabledAt: expect.any(Number),
    })
    expect(await on.books(await on.signIn('ada.l', 'other pw'))).toEqual([])
    expect((await on.group('writers')).memberCount).toBe(1)
  }, 120_000)

  it('takes over what really vanished once an administrator agrees to it, and no more than that', async () => {
    await here()
    await server.change(async (client) => {
      for (const uid of CLERKS.slice(0, 9)) await client.del(personDn(uid))
    })
    const root = { cookie: await on.signIn(), headers: { 'sec-fetch-site': 'same-origin' } }
    const ask = (agree?: object) =>
      on.ask('POST', '/api/v1/directory/sync', { ...root, json: { agree } })
    expect((await ask()).status).toBe(409)
    const told = await on.ask('GET', '/api/v1/directory', root)
    const { directory } = (await told.json()) as {
      directory: { stopped: { people: number; groups: number; stripped: number } }
    }
    expect(directory.stopped).toMatchObject({ people: 9, groups: 0, stripped: 0 })
    expect(await health()).toMatchObject({
      ok: false,
      message: expect.stringMatching(/^Held back: 9/),
    })
    expect(await metrics()).toContain('onefold_directory_state{state="stopped"} 1')
    expect((await ask({ ...directory.stopped, people: 8 })).status).toBe(409)
    const done = await ask(directory.stopped)
    expect([done.status, await done.json()]).toMatchObject([200, { people_gone: 9 }])
    expect((await known()).people).toBe(13)
    expect(await health()).toMatchObject({ ok: true, warns: false })
    expect(await metrics()).toContain('onefold_directory_state{state="well"} 1')
    const { items } = await on.ports.catalog.journal.auditPage(50)
    expect(items.map((entry) => entry.action)).toEqual(
      expect.arrayContaining(['directory.stop', 'directory.agree', 'directory.sync', 'user.leave']),
    )
  })
})

type Client = Parameters<Parameters<Slapd['change']>[0]>[0]

async function replace(client: Client, dn: string, values: string[]): Promise<void> {
  const { Attribute, Change } = await import('ldapts')
  const modification = new Attribute({ type: 'member', values })
  await client.modify(dn, new Change({ operation: 'replace', modification }))
}

/** What a server that limits its callers answers to whatever it is asked: busy (51). */
function busy(request: Buffer): Buffer | undefined {
  // SEQUENCE, length, INTEGER of one byte, operation
  const at = (request[1] ?? 0) < 0x80 ? 2 : 2 + ((request[1] ?? 0) & 0x7f)
  const id = request[at + 2] ?? 0
  const operation = request[at + 3]
  const answer = { 96: 0x61, 99: 0x65, 119: 0x78 }[operation ?? 0]
  if (answer === undefined) return undefined
  return Buffer.from([0x30, 12, 2, 1, id, answer, 7, 0x0a, 1, 51, 4, 0, 4, 0])
}
