import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '../../core/ids.ts'
import type { People } from '../../core/ports/index.ts'
import { migratedCatalog } from '../../tests/migrated-catalog.ts'
import { type Database, openDatabase } from './database.ts'
import { sqlJournal } from './journal.ts'
import { sqlPeople } from './people.ts'

let folder: string
let db: Database
let people: People

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onefold-people-'))
  db = openDatabase(await migratedCatalog(folder))
  people = sqlPeople(db)
})

afterEach(async () => {
  await db.close()
  await rm(folder, { recursive: true })
})

const account = (username: string, orgRole: 'admin' | 'member' = 'member') => ({
  id: newId(),
  username,
  displayName: username,
  orgRole,
  passwordHash: `hash of ${username}`,
  createdAt: 1,
})

const session = (userId: string, idHash = 'h') => ({
  id: newId(),
  idHash,
  userId,
  createdAt: 1000,
  expiresAt: 5000,
  idleMs: 500,
  userAgent: 'test',
  address: '::1',
})

const token = (userId: string, expiresAt?: number) => ({
  id: newId(),
  userId,
  name: 'script',
  scopes: ['read' as const],
  createdAt: 1000,
  tokenHash: 't',
  ...(expiresAt !== undefined && { expiresAt }),
})

describe('accounts', () => {
  it('are found without regard to case and compatible letters', async () => {
    const ana = await people.createUser(account('Ana'))
    expect(await people.userByName('ＡＮＡ')).toEqual({ ...ana, passwordHash: 'hash of Ana' })
    await expect(people.createUser(account('aNA'))).rejects.toMatchObject({
      code: 'conflict',
      reason: 'USERNAME_TAKEN',
    })
  })

  it('never give their password hash away but by name', async () => {
    const ana = await people.createUser(account('ana'))
    expect(JSON.stringify([ana, await people.user(ana.id), await people.users()])).not.toContain(
      'hash',
    )
  })

  it('keep at least one active administrator', async () => {
    const root = await people.createUser(account('root', 'admin'))
    await expect(people.updateUser(root.id, { orgRole: 'member' })).rejects.toMatchObject({
      reason: 'LAST_ADMIN',
    })
    await expect(people.updateUser(root.id, { disabledAt: 9 })).rejects.toMatchObject({
      reason: 'LAST_ADMIN',
    })
    expect((await people.user(root.id))?.orgRole).toBe('admin')
  })

  it('lose their sessions and tokens when disabled, and only the sessions for good', async () => {
    await people.createUser(account('root', 'admin'))
    const ana = await people.createUser(account('ana'))
    await people.createSession(session(ana.id))
    await people.createToken(token(ana.id))
    await people.updateUser(ana.id, { disabledAt: 9 })
    expect(await people.session('h', 1001)).toBeUndefined()
    expect(await people.token('t', 1001)).toBeUndefined()
    await people.updateUser(ana.id, { disabledAt: null })
    expect(await people.session('h', 1001)).toBeUndefined()
    expect((await people.token('t', 1001))?.user.username).toBe('ana')
  })

  it('are changed together with their audit entry, which names no password', async () => {
    const root = await people.createUser(account('root', 'admin'))
    const by = { userId: root.id, traceId: 'abc', now: 7, address: '10.0.0.1' }
    await people.updateUser(root.id, { passwordHash: 'secret', displayName: 'Root' }, by)
    const { items } = await sqlJournal(db).auditPage(10)
    expect(items).toEqual([
      {
        id: 1,
        at: 7,
        userId: root.id,
        action: 'user.update',
        subject: `user:${root.id}`,
        subjectName: 'Root',
        detail: { displayName: 'Root', password: 'changed' },
        traceId: 'abc',
        address: '10.0.0.1',
      },
    ])
  })
})

describe('groups', () => {
  it('count their members, and everyone counts all active accounts', async () => {
    const root = await people.createUser(account('root', 'admin'))
    const ana = await people.createUser(account('ana'))
    await people.createGroup({ id: 'e', name: 'Everyone', isEveryone: true, createdAt: 1 })
    await people.createGroup({ id: 'g', name: 'Büro', isEveryone: false, createdAt: 1 })
    await people.addMember('g', ana.id)
    await people.addMember('g', ana.id)
    expect(await people.groups()).toEqual([
      { id: 'g', name: 'Büro', isEveryone: false, memberCount: 1 },
      { id: 'e', name: 'Everyone', isEveryone: true, memberCount: 2 },
    ])
    expect(await people.members('g')).toEqual([ana])
    expect(await people.members('e')).toEqual([ana, root])
    await people.removeMember('g', ana.id)
    expect(await people.members('g')).toEqual([])
  })

  it('refuse a second name, an unknown member, and changes of everyone', async () => {
    await people.createGroup({ id: 'e', name: 'Everyone', isEveryone: true, createdAt: 1 })
    await people.createGroup({ id: 'g', name: 'Büro', isEveryone: false, createdAt: 1 })
    const again = { id: 'x', name: 'BÜRO', isEveryone: false, createdAt: 1 }
    await expect(people.createGroup(again)).rejects.toMatchObject({ reason: 'GROUP_EXISTS' })
    await expect(people.addMember('g', 'nobody')).rejects.toMatchObject({ code: 'not_found' })
    await expect(people.addMember('nowhere', 'nobody')).rejects.toMatchObject({ code: 'not_found' })
    await expect(people.removeGroup('e')).rejects.toMatchObject({ reason: 'EVERYONE' })
    await expect(people.members('nowhere')).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('sessions', () => {
  it('B13 clock-jumps: stay over whatever the time is set back to, and end when set forward', async () => {
    const ana = await people.createUser(account('ana'))
    await people.createSession(session(ana.id))
    await people.touchSession('h', 1400)
    const tenYears = 10 * 365 * 24 * 3_600_000
    expect(await people.session('h', 1400 - tenYears)).toBeUndefined()
    expect(await people.endOverdue(1450)).toBe(0)
    expect(await people.session('h', 1450 + tenYears)).toBeUndefined()
    expect(await people.endOverdue(1450 + tenYears)).toBe(1)
    expect(await people.session('h', 1450)).toBeUndefined()

    await people.createSession({ ...session(ana.id), createdAt: tenYears, expiresAt: 2 * tenYears })
    expect(await people.endOverdue(1450)).toBe(1)
  })

  it('live while they are used, until their absolute end', async () => {
    const ana = await people.createUser(account('ana'))
    await people.createSession(session(ana.id))
    expect((await people.session('h', 1499))?.user).toEqual(ana)
    expect(await people.session('h', 1500)).toBeUndefined()
    await people.touchSession('h', 1400)
    await people.touchSession('h', 1300)
    expect(await people.session('h', 1899)).toMatchObject({ lastUsedAt: 1400 })
    await people.touchSession('h', 4999)
    expect(await people.session('h', 5000)).toBeUndefined()
    expect(await people.sessionsOf(ana.id, 5000)).toEqual([])
  })

  it('end one by one, for one account only, or all but one', async () => {
    const ana = await people.createUser(account('ana'))
    const bob = await people.createUser(account('bob'))
    const [a, b, c] = [session(ana.id, 'a'), session(ana.id, 'b'), session(bob.id, 'c')]
    for (const each of [a, b, c]) await people.createSession(each)
    await people.endSession({ userId: ana.id, id: c.id })
    expect(await people.session('c', 1001)).toBeDefined()
    await people.endSession({ userId: ana.id, exceptId: b.id })
    expect((await people.sessionsOf(ana.id, 1001)).map((each) => each.id)).toEqual([b.id])
    await people.endSession({ idHash: 'b' })
    expect(await people.session('b', 1001)).toBeUndefined()
    expect(await people.session('c', 1001)).toBeDefined()
  })

  it('are cleared away after their end', async () => {
    const ana = await people.createUser(account('ana'))
    await people.createSession(session(ana.id))
    await people.createToken(token(ana.id, 2000))
    await people.pruneCredentials(4999)
    expect(await people.tokensOf(ana.id)).toEqual([])
    expect(await db.read.selectFrom('sessions').selectAll().execute()).toHaveLength(1)
    await people.pruneCredentials(5001)
    expect(await db.read.selectFrom('sessions').selectAll().execute()).toEqual([])
  })
})

describe('tokens', () => {
  it('work until they expire or are revoked by their owner', async () => {
    const ana = await people.createUser(account('ana'))
    const bob = await people.createUser(account('bob'))
    const made = { ...token(ana.id, 2000), bookIds: ['b1'] }
    await people.createToken(made)
    await people.touchToken(made.id, 1500)
    const { tokenHash: _, ...listed } = made
    expect(await people.tokensOf(ana.id)).toEqual([{ ...listed, lastUsedAt: 1500 }])
    expect(await people.token('t', 1999)).toMatchObject({ bookIds: ['b1'], user: ana })
    expect(await people.token('t', 2000)).toBeUndefined()
    expect(await people.revokeToken(bob.id, made.id)).toBe(false)
    expect(await people.revokeToken(ana.id, made.id)).toBe(true)
    expect(await people.token('t', 1999)).toBeUndefined()
  })
})
