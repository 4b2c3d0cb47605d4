import { describe, expect, it, onTestFinished } from 'vitest'
import { sqlCatalog } from '../../adapters/sql/catalog.ts'
import { migratedCatalog } from '../../tests/migrated-catalog.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { testKeys } from '../../tests/test-keys.ts'
import { newTraceId } from '../ids.ts'
import type { Actor, OrgRole, Role } from '../model/actor.ts'
import {
  includes,
  requireBook,
  requireChapter,
  requireOrgAdmin,
  requireScope,
  resolveAccess,
} from './access.ts'

const actor = (userId: string, change: Partial<Actor> = {}): Actor => ({
  userId,
  username: userId,
  displayName: userId,
  orgRole: 'member',
  scopes: ['read', 'write', 'admin'],
  traceId: newTraceId(),
  ...change,
})

/** Two books of two chapters: A with a1 and a2, B with b1 and b2. */
async function shelves() {
  const catalog = sqlCatalog(await migratedCatalog(await temporaryFolder()), testKeys)
  onTestFinished(() => catalog.close())
  const { library, people } = catalog
  for (const id of ['A', 'B']) {
    await library.createBook({ id, name: id, createdAt: 0 })
    for (const n of [1, 2]) {
      const name = `${id.toLowerCase()}${n}`
      await library.createChapter({ id: name, bookId: id, name, createdAt: 0 })
    }
  }
  const person = (id: string, orgRole: OrgRole = 'member') =>
    people.createUser({ id, username: id, displayName: id, orgRole, createdAt: 0 })
  await person('ada')
  await person('bob')
  let n = 0
  const grant = (
    subject: { userId?: string; groupId?: string },
    role: Role,
    place: { bookId: string; chapterId?: string },
  ) => library.putGrant({ id: `g${n++}`, role, createdAt: 0, ...subject, ...place })
  const group = (id: string, isEveryone = false) =>
    people.createGroup({ id, name: id, isEveryone, createdAt: 0 })
  return { catalog, people, grant, group }
}

describe('rights', () => {
  it('are none without a grant', async () => {
    const access = await resolveAccess(await shelves(), actor('ada'))
    expect(access).toMatchObject({ books: [], chapters: [], visible: [] })
    expect([access.roleOn('A'), access.roleIn('a1')]).toEqual([undefined, undefined])
  })

  it('on a book reach all its chapters and no other book', async () => {
    const world = await shelves()
    await world.grant({ userId: 'ada' }, 'contributor', { bookId: 'A' })
    const access = await resolveAccess(world, actor('ada'))
    expect(access.visible).toEqual(['a1', 'a2'])
    expect([access.roleOn('A'), access.roleIn('a2')]).toEqual(['contributor', 'contributor'])
    expect([access.roleOn('B'), access.roleIn('b1')]).toEqual([undefined, undefined])
    expect((await resolveAccess(world, actor('bob'))).visible).toEqual([])
  })

  it('on a chapter show its book by name, and give no role on it', async () => {
    const world = await shelves()
    await world.grant({ userId: 'ada' }, 'admin', { bookId: 'A', chapterId: 'a2' })
    const access = await resolveAccess(world, actor('ada'))
    expect(access.books.map(({ id }) => id)).toEqual(['A'])
    expect(access.visible).toEqual(['a2'])
    expect(access.roleOn('A')).toBeUndefined()
    expect(() => requireBook(access, 'A', 'viewer')).toThrow(/role/)
  })

  it('are the strongest of the own, those of groups and those of everyone', async () => {
    const world = await shelves()
    await world.group('staff')
    await world.group('everyone', true)
    await world.people.addMember('staff', 'ada')
    await world.grant({ groupId: 'everyone' }, 'viewer', { bookId: 'A' })
    await world.grant({ groupId: 'staff' }, 'contributor', { bookId: 'A', chapterId: 'a1' })
    await world.grant({ userId: 'ada' }, 'viewer', { bookId: 'A', chapterId: 'a1' })
    const ada = await resolveAccess(world, actor('ada'))
    expect([ada.roleIn('a1'), ada.roleIn('a2')]).toEqual(['contributor', 'viewer'])
    const bob = await resolveAccess(world, actor('bob'))
    expect([bob.roleIn('a1'), bob.roleIn('a2')]).toEqual(['viewer', 'viewer'])
    await world.people.removeMember('staff', 'ada')
    expect((await resolveAccess(world, actor('ada'))).roleIn('a1')).toBe('viewer')
  })

  it('on a chapter never weaken those on its book', async () => {
    const world = await shelves()
    await world.grant({ userId: 'ada' }, 'admin', { bookId: 'A' })
    await world.grant({ userId: 'ada' }, 'viewer', { bookId: 'A', chapterId: 'a1' })
    expect((await resolveAccess(world, actor('ada'))).roleIn('a1')).toBe('admin')
  })

  it('of an administrator of the organization reach everything', async () => {
    const access = await resolveAccess(await shelves(), actor('ada', { orgRole: 'admin' }))
    expect(access.visible).toBe('all')
    expect([access.roleOn('B'), access.roleIn('b2')]).toEqual(['admin', 'admin'])
  })

  it.each(['member', 'admin'] as const)(
    'of a %s by a credential limited to a book end at that book',
    async (orgRole) => {
      const world = await shelves()
      await world.grant({ userId: 'ada' }, 'admin', { bookId: 'A' })
      await world.grant({ userId: 'ada' }, 'admin', { bookId: 'B' })
      await world.grant({ userId: 'ada' }, 'admin', { bookId: 'B', chapterId: 'b2' })
      const access = await resolveAccess(world, actor('ada', { orgRole, bookIds: ['A'] }))
      expect(access.seesEverything).toBe(false)
      expect([access.book('B'), access.chapter('b2')]).toEqual([undefined, undefined])
      expect(access.visible).toEqual(['a1', 'a2'])
      expect(access.books.map(({ id }) => id)).toEqual(['A'])
      expect([access.roleOn('B'), access.roleIn('b1')]).toEqual([undefined, undefined])
    },
  )
})

describe('asking for a role', () => {
  it('answers what is hidden like what is absent, and too weak a role as that', async () => {
    const world = await shelves()
    await world.grant({ userId: 'ada' }, 'viewer', { bookId: 'A' })
    const access = await resolveAccess(world, actor('ada'))
    const failureOf = (ask: () => unknown) => {
      try {
        return ask()
      } catch (error) {
        return { ...(error as object), message: (error as Error).message }
      }
    }
    expect(requireChapter(access, 'a1', 'viewer').name).toBe('a1')
    const absent = failureOf(() => requireChapter(access, 'nothing', 'viewer'))
    expect(absent).toMatchObject({ code: 'not_found' })
    expect(failureOf(() => requireChapter(access, 'b1', 'viewer'))).toEqual(absent)
    expect(failureOf(() => requireBook(access, 'B', 'admin'))).toEqual(absent)
    expect(failureOf(() => requireChapter(access, 'a1', 'contributor'))).toMatchObject({
      code: 'forbidden',
      reason: 'ROLE',
    })
  })

  it('knows which role includes which', () => {
    const roles: (Role | undefined)[] = [undefined, 'viewer', 'contributor', 'admin']
    const table = roles.map((role) =>
      (['viewer', 'contributor', 'admin'] as const).map((needed) => includes(role, needed)),
    )
    expect(table).toEqual([
      [false, false, false],
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ])
  })

  it('needs the scope, and for the box itself the office and a credential for all of it', () => {
    const admin = actor('ada', { orgRole: 'admin' })
    expect(() => requireOrgAdmin(admin)).not.toThrow()
    for (const wrong of [
      actor('ada'),
      actor('ada', { orgRole: 'admin', scopes: ['read', 'write'] }),
      actor('ada', { orgRole: 'admin', bookIds: ['A'] }),
    ]) {
      expect(() => requireOrgAdmin(wrong)).toThrow(expect.objectContaining({ code: 'forbidden' }))
    }
    expect(() => requireScope(actor('ada', { scopes: ['read'] }), 'write')).toThrow(/write/)
  })
})
