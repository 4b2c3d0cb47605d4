import { expect, it } from 'vitest'
import { makeScene, makeWorld, type Person, type World } from '../../tests/library-world.ts'
import { type Access, resolveAccess } from '../access/access.ts'
import { roleBy } from '../access/standing.ts'
import { codeOf } from '../errors.ts'
import { newId, newTraceId } from '../ids.ts'
import type { Actor } from '../model/actor.ts'
import { listBooks } from './books.ts'
import { getDocument } from './get-document.ts'
import { putGrant, removeGrant } from './grants.ts'
import { trashDocument } from './trash.ts'
import { whatSees } from './what-sees.ts'
import { type SeenPlace, type WhoSees, whoSees } from './who-sees.ts'

const ROUNDS = 40
const ALL = { limit: 200 }

const actorOf = ({ id, isOrgAdmin }: Person): Actor => ({
  userId: id,
  username: id,
  displayName: id,
  orgRole: isOrgAdmin ? 'admin' : 'member',
  scopes: ['read', 'write', 'admin'],
  traceId: newTraceId(),
})

const accessTo = (world: World, person: Person): Promise<Access> =>
  resolveAccess(world.ports, actorOf(person))

/** Gives, takes or changes something, or moves a document into the trash. */
async function change(world: World, root: Access): Promise<void> {
  const { subject, role, chapterId, bookId, document } = makeScene(world)
  const place = world.pick([{ bookId }, { chapterId }])
  const deed = world.pick(['grant', 'grant', 'revoke', 'join', 'trash'] as const)
  if (deed === 'grant') await putGrant(world.ports, root, { place, role, ...subject })
  if (deed === 'trash') await trashDocument(world.ports, root, document.id)
  if (deed === 'revoke') {
    const [given] = await world.ports.catalog.library.grantsOn(
      bookId,
      'chapterId' in place && world.chapters.get(chapterId) === bookId ? chapterId : undefined,
    )
    if (given) await removeGrant(world.ports, root, given.id)
  }
  if (deed === 'join') {
    const { id } = world.pick(world.people)
    const { people } = world.ports.catalog
    await (world.pick([true, false])
      ? people.addMember(world.groups.team, id)
      : people.removeMember(world.groups.team, id))
  }
}

const rolesIn = ({ items }: WhoSees) =>
  new Map(items.filter(({ role }) => role).map(({ user, role }) => [user.id, role]))

it('R10: what explains rights never differs from what decides them, over random changes', async () => {
  const world = await makeWorld(Number(process.env.SEED ?? 77))
  const root = await accessTo(world, world.people[0] as Person)
  const told = (place: SeenPlace) => whoSees(world.ports, root, { place, ...ALL })
  for (let round = 0; round < ROUNDS; round++) {
    await change(world, root)
    const accesses = new Map<string, Access>()
    for (const person of world.people) accesses.set(person.id, await accessTo(world, person))
    const expected = (roleOf: (access: Access) => string | undefined) =>
      new Map([...accesses].flatMap(([id, each]) => (roleOf(each) ? [[id, roleOf(each)]] : [])))

    const { chapterId, bookId, document } = makeScene(world)
    expect(rolesIn(await told({ chapterId }))).toEqual(expected((each) => each.roleIn(chapterId)))
    const ofBook = await told({ bookId })
    expect(rolesIn(ofBook)).toEqual(expected((each) => each.roleOn(bookId)))
    const inSight = [...accesses].filter(([, { books }]) => books.some(({ id }) => id === bookId))
    expect(ofBook.items.map(({ user }) => user.id).sort()).toEqual(inSight.map(([id]) => id).sort())
    for (const { ways, role, parts } of ofBook.items) {
      expect(roleBy(ways)).toBe(role)
      for (const part of parts) expect(roleBy(part.ways)).toBe(part.role)
    }
    const ofDocument = rolesIn(await told({ documentId: document.id }))
    for (const [id, access] of accesses) {
      const opens = await getDocument(world.ports, access, document.id).then(
        () => true,
        (cause) => codeOf(cause) !== 'not_found',
      )
      expect(ofDocument.has(id)).toBe(opens)
      const { books } = await whatSees(world.ports, root.actor, id)
      const shelf = await listBooks(world.ports, access)
      expect(
        books.map(({ book, role, chapters }) => [
          book.id,
          role,
          chapters.map((each) => [each.chapter.id, each.role]),
        ]),
      ).toEqual(
        shelf.map(({ id: ofShelf, role, chapters }) => [
          ofShelf,
          role,
          chapters.map((each) => [each.id, each.role]),
        ]),
      )
    }
  }
}, 120_000)

/** Two chapters of a book that ada reaches in four ways, and people who reach less. */
async function reached() {
  const world = await makeWorld(3)
  const { catalog } = world.ports
  const [root, ada, bob] = world.people as [Person, Person, Person]
  for (const { id } of world.grants) await catalog.library.removeGrant(id)
  const [bookId = ''] = world.bookIds
  const [chapterId = '', otherId = ''] = [...world.chapters]
    .filter(([, of]) => of === bookId)
    .map(([id]) => id)
  const give = (
    subject: { userId?: string; groupId?: string },
    role: 'viewer' | 'admin',
    of = '',
  ) =>
    catalog.library.putGrant({
      id: newId(),
      bookId,
      role,
      createdAt: 0,
      ...subject,
      ...(of && { chapterId: of }),
    })
  await catalog.people.addMember(world.groups.team, ada.id)
  return { world, root, ada, bob, bookId, chapterId, otherId, give }
}

it('tells every way to a role, the strongest of which gives it', async () => {
  const { world, root, ada, chapterId, give } = await reached()
  const grants = [
    await give({ groupId: world.groups.everyone }, 'viewer'),
    await give({ groupId: world.groups.team }, 'viewer', chapterId),
    await give({ userId: ada.id }, 'admin', chapterId),
  ]
  const { items, seesOthers } = await whoSees(world.ports, await accessTo(world, root), {
    place: { chapterId },
    ...ALL,
  })
  expect(seesOthers).toBe(true)
  const reach = items.find(({ user }) => user.id === ada.id)
  expect(reach?.role).toBe('admin')
  const group = (id: string, name: string) => ({ group: { id, name } })
  expect(reach?.ways).toHaveLength(3)
  expect(reach?.ways).toEqual(
    expect.arrayContaining([
      {
        role: 'viewer',
        by: 'everyone',
        on: 'book',
        grantId: grants[0]?.id,
        ...group(world.groups.everyone, 'everyone'),
      },
      {
        role: 'viewer',
        by: 'group',
        on: 'chapter',
        grantId: grants[1]?.id,
        ...group(world.groups.team, 'team'),
      },
      { role: 'admin', by: 'own', on: 'chapter', grantId: grants[2]?.id },
    ]),
  )
  expect(items.find(({ user }) => user.id === root.id)?.ways[0]).toEqual({
    role: 'admin',
    by: 'office',
    on: 'box',
  })
})

it('tells others than administrators of the book of themselves only', async () => {
  const { world, ada, bob, bookId, chapterId, otherId, give } = await reached()
  await give({ userId: ada.id }, 'admin', chapterId)
  await give({ userId: bob.id }, 'viewer')
  const asked = async (person: Person, place: SeenPlace) =>
    whoSees(world.ports, await accessTo(world, person), { place, ...ALL })
  expect(await asked(ada, { chapterId })).toMatchObject({
    mine: { role: 'admin', ways: [{ by: 'own', on: 'chapter' }] },
    seesOthers: false,
    total: 0,
    items: [],
  })
  const ofBook = await asked(ada, { bookId })
  expect(ofBook.mine.role).toBeUndefined()
  expect(ofBook.mine.parts.map(({ chapter }) => chapter.id)).toEqual([chapterId])
  await expect(asked(ada, { chapterId: otherId })).rejects.toMatchObject({ code: 'not_found' })
  expect((await asked(bob, { chapterId })).mine).toMatchObject({
    role: 'viewer',
    ways: [{ by: 'own', on: 'book' }],
  })
})

it('leaves out accounts that are disabled, and goes on where a page ended', async () => {
  const { world, root, ada, chapterId, give } = await reached()
  await give({ groupId: world.groups.everyone }, 'viewer')
  await world.ports.catalog.people.updateUser(ada.id, { disabledAt: 1 })
  const access = await accessTo(world, root)
  const asked = { place: { chapterId }, limit: 3 }
  const first = await whoSees(world.ports, access, asked)
  expect([first.total, first.items.length]).toEqual([5, 3])
  const cursor = first.nextCursor ?? ''
  const rest = await whoSees(world.ports, access, { ...asked, cursor })
  expect(rest.nextCursor).toBeUndefined()
  const told = [...first.items, ...rest.items].map(({ user }) => user.username)
  expect(told).toEqual(['person0', 'person2', 'person3', 'person4', 'person5'])
  const one = await whoSees(world.ports, access, { ...asked, part: 'SON4' })
  expect(one.items.map(({ user }) => user.username)).toEqual(['person4'])
  await expect(whoSees(world.ports, access, { ...asked, cursor: 'nobody' })).rejects.toMatchObject({
    code: 'bad_request',
    reason: 'CURSOR',
  })
})
