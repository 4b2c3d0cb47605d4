import { mkdir, realpath, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { sqlCatalog } from '../../adapters/sql/catalog.ts'
import { refusal, shelf } from '../../tests/contracts/library-shelf.ts'
import { manualClock } from '../../tests/manual-clock.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { testKeys } from '../../tests/test-keys.ts'
import { resolveAccess } from '../access/access.ts'
import { newId, newTraceId } from '../ids.ts'
import type { Share } from '../ports/index.ts'
import { chapterInShare, mapPath } from './place-in-share.ts'
import { previewMapping } from './preview-mapping.ts'
import { rawPathOfText } from './raw-path.ts'

async function box() {
  const root = await realpath(await temporaryFolder())
  const catalog = sqlCatalog(join(root, 'catalog.sqlite'), testKeys)
  onTestFinished(() => catalog.close())
  await catalog.migrate()
  const place = await shelf(catalog)
  await catalog.people.updateUser(place.userId, { orgRole: 'admin' })
  const ports = { catalog, clock: manualClock() }
  const share: Share = {
    id: newId(),
    name: 'Plans',
    path: join(root, 'plans'),
    chapterId: place.chapterId,
    ownerId: place.userId,
    mode: 'mirror',
    mapping: 'chapters',
    include: [],
    exclude: ['Old'],
    settleMs: 0,
    enabled: true,
    createdAt: 0,
  }
  await mkdir(share.path)
  const names = async () =>
    (await catalog.library.shelves()).chapters.map(({ name }) => name).toSorted()
  const access = await resolveAccess(ports, {
    userId: place.userId,
    username: 'ada',
    displayName: 'Ada',
    orgRole: 'admin',
    scopes: ['read', 'write', 'admin'],
    traceId: newTraceId(),
  })
  return { ports, place, share, names, access }
}

it('makes a chapter of the folder at the top, and folders of what lies below', () => {
  const chapters = { mapping: 'chapters' } as const
  const mapped = (path: string) => mapPath(chapters, rawPathOfText(path))
  expect(mapped('Bridges/2026/a.txt')).toEqual({
    chapterName: 'Bridges',
    folder: '2026',
    name: 'a.txt',
  })
  expect(mapped('Bridges/a.txt')).toEqual({ chapterName: 'Bridges', folder: '', name: 'a.txt' })
  expect(mapped('a.txt')).toEqual({ folder: '', name: 'a.txt' })
  expect(mapPath({ mapping: 'folders' }, rawPathOfText('Bridges/2026/a.txt'))).toEqual({
    folder: 'Bridges/2026',
    name: 'a.txt',
  })
})

it('makes a chapter once, however many files of its folder come at the same time', async () => {
  const { ports, share, names } = await box()
  const before = await names()
  const made = await Promise.all(
    ['Bridges', 'bridges', 'Bridges'].map((name) => chapterInShare(ports, share, name)),
  )
  expect(new Set(made.map((chapter) => chapter?.id)).size).toBe(1)
  expect((await names()).length).toBe(before.length + 1)
  expect((await chapterInShare(ports, share, undefined))?.id).toBe(share.chapterId)
})

it('makes no chapter that the owner may not make, and adds to none that he may not', async () => {
  const { ports, place, share, names } = await box()
  await chapterInShare(ports, share, 'Bridges')
  const before = await names()
  const stranger = newId()
  const person = { id: stranger, username: 'bob', displayName: 'Bob', orgRole: 'member' as const }
  await ports.catalog.people.createUser({ ...person, passwordHash: '', createdAt: 0 })
  const owned = { ...share, ownerId: stranger }
  expect(await refusal(chapterInShare(ports, owned, 'Bridges'))).toBe('forbidden CHAPTER_RIGHTS')
  expect(await refusal(chapterInShare(ports, owned, 'Tunnels'))).toBe('forbidden CHAPTER_RIGHTS')
  expect(await names()).toEqual(before)
  expect(place.userId).not.toBe(stranger)
})

it('shows what folders would become, and makes nothing', async () => {
  const { ports, share, names, access } = await box()
  await chapterInShare(ports, share, 'Bridges')
  for (const name of ['bridges', 'Tunnels', 'Old', '.hidden']) await mkdir(join(share.path, name))
  for (const name of ['a.txt', '~$a.docx']) await writeFile(join(share.path, name), '')
  const before = await names()
  const preview = await previewMapping(ports, access, share)
  expect(preview).toEqual({
    folders: [
      { folder: 'bridges', chapterName: 'Bridges', isNew: false, isAllowed: true },
      { folder: 'Tunnels', chapterName: 'Tunnels', isNew: true, isAllowed: true },
    ],
    looseFiles: 1,
    isWhole: true,
  })
  expect((await previewMapping(ports, access, { ...share, mapping: 'folders' })).folders).toEqual(
    [],
  )
  expect(await names()).toEqual(before)
})
