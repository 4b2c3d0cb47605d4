import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { sqlCatalog } from '../../adapters/sql/catalog.ts'
import { manualClock } from '../../tests/manual-clock.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { testKeys } from '../../tests/test-keys.ts'
import { resolveAccess } from '../access/access.ts'
import { newTraceId } from '../ids.ts'
import type { Actor, User } from '../model/actor.ts'
import { FIRST_USERNAME, firstStart, INITIAL_LIFE_MS, isInitialOver } from './first-start.ts'
import { isPassword } from './password.ts'
import { whoAmI } from './sessions.ts'
import { makeUser } from './users.ts'

async function newBox() {
  const catalog = sqlCatalog(join(await temporaryFolder(), 'catalog.sqlite'), testKeys)
  onTestFinished(() => catalog.close())
  await catalog.migrate()
  return { catalog, clock: manualClock() }
}

const actorOf = ({ id, ...user }: User): Actor => ({
  ...user,
  userId: id,
  scopes: ['read', 'write', 'admin'],
  traceId: newTraceId(),
})

it('makes an administrator with a password that is told once', async () => {
  const box = await newBox()
  const { created, password = '' } = await firstStart(box)
  expect([created, password]).toEqual([
    true,
    expect.stringMatching(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/),
  ])
  const admin = await box.catalog.people.userByName('admin')
  expect(admin?.orgRole).toBe('admin')
  expect(await isPassword(password, admin?.passwordHash)).toBe(true)
  expect(await firstStart(box)).toEqual({ created: false })
})

it('takes the password that the operator gives, and tells none', async () => {
  const box = await newBox()
  expect(await firstStart(box, { adminPassword: 'given by us' })).toEqual({ created: true })
  const admin = await box.catalog.people.userByName('admin')
  expect(await isPassword('given by us', admin?.passwordHash)).toBe(true)
})

it('makes a shelf that nobody but its administrator sees', async () => {
  const box = await newBox()
  await firstStart(box)
  const ada = await makeUser(box, { username: 'ada', password: 'long enough' })
  const hers = await resolveAccess(box, actorOf(ada))
  expect([hers.books, hers.chapters]).toEqual([[], []])
  const admin = await box.catalog.people.userByName('admin')
  const his = await resolveAccess(box, actorOf(admin as User))
  expect(his.books.map(({ name }) => name)).toEqual(['Shared'])
  expect(his.chapters.map(({ name }) => name)).toEqual(['Inbox'])
  expect(await box.catalog.people.groups()).toMatchObject([{ name: 'Everyone', memberCount: 2 }])
})

it('never brings back what was renamed or removed since', async () => {
  const box = await newBox()
  await firstStart(box)
  const { books, chapters } = await box.catalog.library.shelves()
  await box.catalog.library.removeChapter(chapters[0]?.id ?? '')
  await box.catalog.library.renameBook(books[0]?.id ?? '', 'Archive')
  await firstStart(box)
  const now = await box.catalog.library.shelves()
  expect([now.books.map(({ name }) => name), now.chapters]).toEqual([['Archive'], []])
})

it.each(['createGroup', 'createBook', 'createChapter'] as const)(
  'is completed by the next start when it was cut off before %s',
  async (step) => {
    const box = await newBox()
    const { people, library } = box.catalog
    const group = step === 'createGroup' ? people : library
    const whole = Reflect.get(group, step)
    Reflect.set(group, step, async () => {
      throw new Error('power cut')
    })
    await expect(firstStart(box)).rejects.toThrow('power cut')
    Reflect.set(group, step, whole)
    const { created, password = '' } = await firstStart(box)
    expect(created).toBe(true)
    const admin = await people.userByName('admin')
    expect(await isPassword(password, admin?.passwordHash)).toBe(true)
    expect(await library.shelves()).toMatchObject({
      books: [{ name: 'Shared' }],
      chapters: [{ name: 'Inbox' }],
    })
    expect(await people.groups()).toHaveLength(1)
  },
)

it('reminds of the made-up password until it is changed', async () => {
  const box = await newBox()
  await firstStart(box)
  const admin = (await box.catalog.people.userByName('admin')) as User
  const isUnchanged = async () => (await whoAmI(box, actorOf(admin))).initialPasswordUnchanged
  expect(await isUnchanged()).toBe(true)
  await box.catalog.people.updateUser(admin.id, { passwordHash: 'another' })
  expect(await isUnchanged()).toBe(false)
})

const passwordHashOf = async ({ catalog }: Awaited<ReturnType<typeof newBox>>) =>
  (await catalog.people.userByName(FIRST_USERNAME))?.passwordHash ?? ''

it('D12 admin-bootstrap: two first starts at once make one administrator and one password', async () => {
  const box = await newBox()
  const starts = await Promise.allSettled([firstStart(box), firstStart(box)])
  const passwords = starts.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  const admins = (await box.catalog.people.users()).filter(({ orgRole }) => orgRole === 'admin')
  expect(admins).toHaveLength(1)
  const hash = await passwordHashOf(box)
  const good = await Promise.all(passwords.map(({ password = '' }) => isPassword(password, hash)))
  expect(good.filter((each) => each)).toHaveLength(1)
  expect(await firstStart(box)).toEqual({ created: false })
})

it('D12 admin-bootstrap: the made-up password ends after a day, and the next start makes another', async () => {
  const box = await newBox()
  const { password: first = '' } = await firstStart(box)
  box.clock.advance(INITIAL_LIFE_MS - 1)
  expect(await firstStart(box)).toEqual({ created: false })
  box.clock.advance(1)
  expect(await isInitialOver(box, await passwordHashOf(box))).toBe(true)
  const { created, password: second = '' } = await firstStart(box)
  expect([created, second]).toEqual([false, expect.stringMatching(/^([a-z2-9]{5}-){3}/)])
  const hash = await passwordHashOf(box)
  expect(await isPassword(first, hash)).toBe(false)
  expect(await isPassword(second, hash)).toBe(true)
  expect(await isInitialOver(box, hash)).toBe(false)
})

it('D12 admin-bootstrap: once replaced it is good for nothing, and no start touches the new one', async () => {
  const box = await newBox()
  const { password = '' } = await firstStart(box)
  const admin = (await box.catalog.people.userByName('admin')) as User
  const { hashPassword } = await import('./password.ts')
  const passwordHash = await hashPassword('one of my own')
  await box.catalog.people.updateUser(admin.id, { passwordHash })
  box.clock.advance(10 * INITIAL_LIFE_MS)
  expect(await firstStart(box)).toEqual({ created: false })
  expect(await isPassword('one of my own', await passwordHashOf(box))).toBe(true)
  expect(await isPassword(password, await passwordHashOf(box))).toBe(false)
})

it('D12 admin-bootstrap: a password that the operator gave does not end', async () => {
  const box = await newBox()
  await firstStart(box, { adminPassword: 'given by us' })
  box.clock.advance(10 * INITIAL_LIFE_MS)
  expect(await isInitialOver(box, await passwordHashOf(box))).toBe(false)
  expect(await firstStart(box)).toEqual({ created: false })
})
