import { expect, it, onTestFinished } from 'vitest'
import { newId } from '../../core/ids.ts'
import { migratedCatalog } from '../../tests/migrated-catalog.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { testKeys } from '../../tests/test-keys.ts'
import { sqlCatalog } from './catalog.ts'

/** The catalog as two processes have it: one that writes, one that only asks. */
async function two() {
  const path = await migratedCatalog(await temporaryFolder())
  const [writing, asking] = [sqlCatalog(path, testKeys), sqlCatalog(path, testKeys)]
  onTestFinished(async () => {
    await writing.close()
    await asking.close()
  })
  const { library, people } = writing
  for (const id of ['ann', 'bob']) {
    const named = { username: id, displayName: id }
    await people.createUser({ id, ...named, orgRole: 'member', createdAt: 0 })
  }
  for (const id of ['crew', 'all']) {
    await people.createGroup({ id, name: id, isEveryone: id === 'all', createdAt: 0 })
  }
  await library.createBook({ id: 'book', name: 'Book', createdAt: 0 })
  await library.createChapter({ id: 'part', bookId: 'book', name: 'Part', createdAt: 0 })
  return { library, people, asking: asking.library }
}

it('tells another process of every change of rights in its next answer, and reads nothing twice', async () => {
  const { library, people, asking } = await two()
  const rights = async () =>
    (await asking.rightsOf('ann')).map(({ role, group }) => `${role} ${group?.name ?? ''}`)
  const put = (subject: object, role: 'viewer' | 'admin' = 'viewer') =>
    library.putGrant({ id: newId(), bookId: 'book', role, createdAt: 0, ...subject })
  expect(await rights()).toEqual([])
  const own = await put({ userId: 'ann' })
  expect(await rights()).toEqual(['viewer '])
  await put({ userId: 'ann' }, 'admin')
  expect(await rights()).toEqual(['admin '])
  await put({ groupId: 'crew' })
  expect(await rights()).toEqual(['admin '])
  await people.addMember('crew', 'ann')
  expect(await rights()).toEqual(['admin ', 'viewer crew'])
  await library.removeGrant(own.id)
  expect(await rights()).toEqual(['viewer crew'])
  await people.removeMember('crew', 'ann')
  expect(await rights()).toEqual([])
  await put({ groupId: 'all' })
  expect(await rights()).toEqual(['viewer all'])
  expect(await asking.rightsOf('cid')).toEqual([])
  const named = { username: 'cid', displayName: 'cid' }
  await people.createUser({ id: 'cid', ...named, orgRole: 'member', createdAt: 0 })
  expect(await asking.rightsOf('cid')).toHaveLength(1)
  expect(await asking.rightsOf('ann')).toBe(await asking.rightsOf('ann'))
  await people.addMember('crew', 'ann')
  await put({ groupId: 'crew' })
  await people.removeGroup('crew')
  expect(await rights()).toEqual(['viewer all'])
})

it('tells another process of every change of books and chapters in its next answer', async () => {
  const { library, asking } = await two()
  const told = async () => {
    const { books, chapters } = await asking.shelves()
    return [...books, ...chapters].map(({ name }) => name)
  }
  expect(await told()).toEqual(['Book', 'Part'])
  const kept = await asking.shelves()
  await library.putGrant({ id: 'g', bookId: 'book', userId: 'ann', role: 'admin', createdAt: 0 })
  expect(await asking.shelves()).toBe(kept)
  await library.renameBook('book', 'Plans')
  await library.renameChapter('part', 'Old')
  expect(await told()).toEqual(['Plans', 'Old'])
  await library.setTypeRule('book', { mode: 'allow', groups: ['documents'], mediaTypes: [] })
  expect((await asking.shelves()).book('book')?.typeRule).toBeDefined()
  await library.removeChapter('part')
  expect(await asking.rightsOf('ann')).toHaveLength(1)
  await library.removeBook('book')
  expect(await told()).toEqual([])
  expect(await asking.rightsOf('ann')).toEqual([])
})
