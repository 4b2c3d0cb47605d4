import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type FaultyLine, faultyLine } from '../../tests/faulty-line.ts'
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
} from '../../tests/slapd.ts'
import { ldapDirectory } from './directory.ts'

const NAMES = ['alice', 'bob', 'ceo', 'carol']

/** staff ← everyone ← staff: a circle; admins in staff; a group beside the base of groups. */
const LDIF = [
  ...NAMES.map((uid) => personLdif(uid)),
  personLdif('locked').replace('sn: locked', 'sn: locked\npwdAccountLockedTime: 000001010000Z'),
  personLdif('Ünï (x) *\\,+').replaceAll('uid=Ünï (x) *\\,+', 'uid=Ünï (x) *\\\\\\,\\+'),
  groupLdif('admins', [personDn('alice'), groupDn('circle')]),
  groupLdif('staff', [groupDn('admins'), personDn('bob').replace('uid=', 'UID = ')]),
  groupLdif('everyone', [groupDn('staff')]),
  groupLdif('circle', [groupDn('everyone')]),
  groupLdif('outside', [groupDn('everyone')], PEOPLE),
  groupLdif('bridged', [`cn=outside,${PEOPLE}`]),
  `\ndn: cn=unix,${GROUPS}\nobjectClass: posixGroup\ncn: unix\ngidNumber: 5\nmemberUid: carol\n`,
].join('')

describe.skipIf(!HAS_SLAPD)('ldap, against slapd', () => {
  let server: Slapd
  beforeAll(async () => {
    server = await slapd({ ldif: LDIF })
  }, 120_000)
  afterAll(() => server?.stop())
  const directory = (change: Parameters<Slapd['options']>[0] = {}) =>
    ldapDirectory(server.options({ groupsBase: GROUPS, ...change }))
  const namesOf = (groups: readonly { name: string }[] | undefined) =>
    groups?.map((group) => group.name).toSorted()

  it('tells who somebody is, by the right password alone', async () => {
    const alice = await directory().authenticate('alice', 'alice pw')
    expect(alice).toMatchObject({
      username: 'alice',
      displayName: 'alice of Ex',
      isDisabled: false,
      objectId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(namesOf(alice?.groups)).toEqual(['admins', 'bridged', 'circle', 'everyone', 'staff'])
    expect(await directory().authenticate('alice', 'bob pw')).toBeUndefined()
    expect(await directory().authenticate('nobody', 'alice pw')).toBeUndefined()
    expect(await directory().authenticate('locked', 'locked pw')).toBeUndefined()
  })

  it('takes letters as letters, whatever they mean to a directory', async () => {
    const strange = 'Ünï (x) *\\,+'
    const person = await directory().authenticate(strange, `${strange} pw`)
    expect(person?.username).toBe(strange)
  })

  it('comes in as the person at once, where there is no service account', async () => {
    const bindPattern = `uid={name},${PEOPLE}`
    const { bindDn: _, bindPassword: __, ...options } = server.options({ bindPattern })
    const found = await ldapDirectory(options).authenticate('bob', 'bob pw')
    expect(found?.username).toBe('bob')
    expect(await ldapDirectory(options).authenticate('bob', 'no')).toBeUndefined()
    expect(await ldapDirectory(options).authenticate(`bob,${PEOPLE}`, 'bob pw')).toBeUndefined()
  })

  it('sees the same groups of everybody in one look at all as person by person', async () => {
    const all = await directory({ pageSize: 2 }).snapshot()
    expect(all.people.map((person) => person.username).toSorted()).toEqual(
      [...NAMES, 'locked', 'Ünï (x) *\\,+'].toSorted(),
    )
    expect(namesOf(all.groups)).toEqual(
      ['admins', 'bridged', 'circle', 'everyone', 'staff', 'unix'].toSorted(),
    )
    const one = await directory().lookUp(all.people.map((person) => person.objectId))
    for (const person of all.people) {
      expect(namesOf(one.get(person.objectId)?.groups), person.username).toEqual(
        namesOf(person.groups),
      )
      expect(one.get(person.objectId)?.isDisabled).toBe(person.username === 'locked')
    }
    const carol = all.people.find((person) => person.username === 'carol')
    expect(namesOf(carol?.groups)).toEqual(['unix'])
  })

  it('D1 ldap-empty-password: refuses empty, blank and NUL before it asks anybody', async () => {
    const line = await lineTo(server.port)
    const careless = directory({ urls: [`ldap://127.0.0.1:${line.port}`] })
    for (const password of ['', ' ', '\t \n', '\u00a0', '\0', 'alice pw\0', '\0alice pw']) {
      expect(await careless.authenticate('alice', password)).toBeUndefined()
    }
    for (const name of ['', '  ', 'alice\0', 'a'.repeat(300)]) {
      expect(await careless.authenticate(name, 'alice pw')).toBeUndefined()
    }
    expect(line.connections()).toBe(0)
    // The server itself would have let them in, as one of nobody's.
    const service = ldapDirectory(server.options({ bindPassword: ' ' }))
    await expect(service.snapshot()).rejects.toMatchObject({ reason: 'DIRECTORY_BIND' })
  })

  it('D2 ldap-injection: 200 names find nobody', async () => {
    const names = injections()
    expect(names.length).toBe(200)
    const one = directory()
    const found: string[] = []
    for (const name of names) {
      const person = await one.authenticate(name, 'ceo pw')
      if (person) found.push(name)
    }
    expect(found).toEqual([])
    expect((await one.authenticate('ceo', 'ceo pw'))?.username).toBe('ceo')
  }, 120_000)

  it('D3 ldap-referral: nobody else is asked, wherever the directory points', async () => {
    const canary = await lineTo(server.port)
    const pointing = await slapd({
      globals: `referral ldap://127.0.0.1:${canary.port}`,
      ldif: `${personLdif('alice')}\ndn: ou=away,${PEOPLE}\nobjectClass: referral\nobjectClass: extensibleObject\nou: away\nref: ldap://127.0.0.1:${canary.port}/ou=away,${PEOPLE}\n${groupLdif('staff', [personDn('alice')])}`,
    })
    onTestFinished(() => pointing.stop())
    const found = await ldapDirectory(pointing.options()).snapshot()
    expect(found.people.map((person) => person.username)).toEqual(['alice'])
    const beyond = ldapDirectory(pointing.options({ base: 'dc=elsewhere' }))
    await expect(beyond.snapshot()).rejects.toMatchObject({ reason: 'DIRECTORY_BASE' })
    expect(canary.connections()).toBe(0)
  })

  it('goes to the next server when one does not answer, and stays with that', async () => {
    const dead = await lineTo(server.port)
    await dead.close()
    const mute = await lineTo(server.port)
    mute.answer(() => undefined)
    const several = directory({
      urls: [dead, mute, { port: server.port }].map(({ port }) => `ldap://127.0.0.1:${port}`),
      timeoutMs: 2_000,
    })
    // Each attempt may use what is left of the time: the first look has time for all three.
    expect((await several.snapshot()).people).toHaveLength(6)
    const before = mute.connections()
    expect(await several.authenticate('bob', 'bob pw')).toBeDefined()
    expect(mute.connections()).toBe(before)
  })

  it('goes to the next server when one does not let the service account in', async () => {
    const fresh = await slapd({ ldif: personLdif('bob') })
    onTestFinished(() => fresh.stop())
    await fresh.change(async (client) => {
      const { Attribute, Change } = await import('ldapts')
      const modification = new Attribute({ type: 'userPassword', values: ['another one'] })
      await client.modify(`cn=reader,${BASE}`, new Change({ operation: 'replace', modification }))
    })
    const urls = [fresh.port, server.port].map((port) => `ldap://127.0.0.1:${port}`)
    expect((await directory({ urls }).snapshot()).people).toHaveLength(6)
    expect(await directory({ urls }).authenticate('bob', 'bob pw')).toBeDefined()
    // When all fail, the first one's reason is told.
    const wrong = directory({ urls: [...urls, 'ldap://127.0.0.1:9'], bindPassword: 'wrong' })
    await expect(wrong.snapshot()).rejects.toMatchObject({ reason: 'DIRECTORY_BIND' })
  })

  it.each([
    ['DIRECTORY_BIND', { bindPassword: 'wrong' }],
    ['DIRECTORY_BASE', { base: 'dc=nowhere,dc=org', groupsBase: 'dc=nowhere,dc=org' }],
    ['DIRECTORY_UNREACHABLE', { urls: ['ldap://127.0.0.1:9'] }],
  ])('says what is wrong: %s', async (reason, change) => {
    await expect(directory(change).snapshot()).rejects.toMatchObject({
      code: 'unavailable',
      reason,
    })
  })

  it('tries one thing after the other, and says what to change', async () => {
    const { steps, person } = await directory().examine('bob')
    expect(steps.map(({ step, state }) => `${step} ${state}`)).toEqual(
      ['reach', 'tls', 'bind', 'base', 'people', 'groups', 'person'].map((step) => `${step} ok`),
    )
    expect(steps.map(({ found }) => found).slice(2)).toEqual([
      `cn=reader,${BASE}`,
      `${BASE} (openldap)`,
      '6',
      '6',
      personDn('bob'),
    ])
    expect(namesOf(person?.groups)).toContain('everyone')
    const wrong = await directory({ bindPassword: 'wrong' }).examine('bob')
    expect(wrong.steps.map(({ state }) => state)).toEqual([
      'ok',
      'ok',
      'failed',
      'skipped',
      'skipped',
      'skipped',
      'skipped',
    ])
    expect(wrong.steps[2]).toMatchObject({ reason: 'DIRECTORY_BIND' })
    expect(wrong.steps[2]?.advice).toContain('ldap_bind_dn')
  })

  it('tries every server, and names the one that is wrong', async () => {
    const other = await slapd({ ldif: personLdif('bob') })
    onTestFinished(() => other.stop())
    const urls = [server.port, other.port].map((port) => `ldap://127.0.0.1:${port}`)
    const { steps, person } = await directory({ urls }).examine('bob')
    expect(steps.map(({ step, state }) => `${step} ${state}`)).toEqual([
      'reach ok',
      'tls ok',
      'bind ok',
      'base ok',
      'people ok',
      'groups failed',
      'person ok',
    ])
    expect(steps[0]?.found).toBe(urls.map((url) => url.slice(7)).join('; '))
    expect(steps[5]).toMatchObject({
      reason: 'DIRECTORY_NO_GROUPS',
      found: expect.stringContaining(`127.0.0.1:${other.port}: 0 below`),
    })
    expect(person?.username).toBe('bob')
  })

  it('says that several have a name, and that nobody has one', async () => {
    const twice = await slapd({
      ldif: [
        personLdif('grace'),
        `\ndn: cn=Grace,${PEOPLE}\nobjectClass: inetOrgPerson\nuid: grace\ncn: Grace\nsn: G\n`,
        groupLdif('staff', [personDn('grace')]),
      ].join(''),
    })
    onTestFinished(() => twice.stop())
    const found = async (name: string) =>
      (await ldapDirectory(twice.options()).examine(name)).steps.at(-1)
    expect(await found('grace')).toMatchObject({
      state: 'failed',
      reason: 'DIRECTORY_SEVERAL',
      found: expect.stringMatching(/^2 entries have this name: .*cn=Grace/i),
    })
    expect(await found('grcae')).toMatchObject({
      reason: 'DIRECTORY_NO_PERSON',
      found: expect.stringMatching(/^0 below .* with .*\(uid=grcae\)/),
    })
  })

  it.each([
    ['reach', 'DIRECTORY_NO_HOST', { urls: ['ldaps://dc1.nowhere.invalid'] }],
    ['reach', 'DIRECTORY_REFUSED', { urls: ['ldap://127.0.0.1:9'] }],
    ['tls', 'DIRECTORY_TLS_NONE', { isClearTextAllowed: false }],
    ['bind', 'DIRECTORY_BIND', { bindDn: 'reader' }],
    ['base', 'DIRECTORY_NO_BASE', { base: 'dc=nowhere,dc=org' }],
    ['base', 'DIRECTORY_NO_BASE', { base: 'corp.example' }],
    ['people', 'DIRECTORY_NO_BASE', { peopleBase: `ou=nowhere,${BASE}` }],
    ['people', 'DIRECTORY_NOBODY', { personFilter: '(cn=nobody)' }],
    ['people', 'DIRECTORY_NOBODY', { preset: 'active-directory' }],
    ['groups', 'DIRECTORY_NO_GROUPS', { groupsBase: personDn('bob') }],
    ['person', 'DIRECTORY_NO_PERSON', {}],
  ] as const)(
    'says what to change at the step that fails: %s, %s',
    async (step, reason, change) => {
      const { steps } = await directory(change).examine('zoe')
      const failed = steps.filter(({ state }) => state === 'failed')
      expect(failed).toMatchObject([{ step, reason, advice: expect.any(String) }])
    },
  )
})

async function lineTo(port: number): Promise<FaultyLine> {
  const line = await faultyLine(port)
  onTestFinished(() => line.close())
  return line
}

/** 200 names that mean something to whoever puts filters or names together as text. */
function injections(): string[] {
  const starts = ['*', '*)(uid=ceo', '*)(uid=*))(|(uid=*', 'ceo)(&)', 'ceo)(|(uid=*))', 'c*']
  const more = ['*)(objectClass=*', 'ceo\\2a', '\\2a', '*)(!(uid=x)', ')(uid=ceo', '(uid=ceo)']
  const ends = ['', ')', '))', ')(', '*', ')(cn=*', '\\00', '#', ',', '+uid=ceo', '&', '|', '!']
  const all = [...starts, ...more].flatMap((start) => ends.map((end) => start + end))
  const names = [`ceo,${PEOPLE}`, 'uid=ceo', personDn('ceo'), '\u202eceo', 'ceo\u200b', 'c\\65o']
  const rest = [...names, ...names.map((name) => `${name})(uid=*`), ...names.map((n) => `*${n}`)]
  const hex = Array.from({ length: 40 }, (_, i) => `ceo${String.fromCharCode(33 + i)}`)
  return [...new Set([...all, ...rest, ...hex])].slice(0, 200)
}

it('asks for nothing in a filter of text', () => {
  const files = ['people', 'groups', 'connection', 'directory', 'examine']
  const sources = files.map((file) => readFileSync(`${import.meta.dirname}/${file}.ts`, 'utf8'))
  expect(sources.join('\n')).not.toMatch(/parseString|filter: [`'"]/)
})
