import {
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { newId } from '../../core/ids.ts'
import {
  contents,
  documents,
  paths,
  scanned,
  start,
  status,
  until,
  type WatchedShare,
  watchedShare,
} from './watched-share.ts'

/** A share with these files in it, all stored. */
async function filled(names: readonly string[], change: Parameters<typeof watchedShare>[0] = {}) {
  const on = await watchedShare(change)
  const { userId, bookId } = on.place
  const grant = { id: newId(), userId, bookId, role: 'admin', createdAt: 1 } as const
  await on.ports.catalog.library.putGrant(grant)
  for (const name of names) write(on, name)
  start(on, { scanIntervalMs: 200 })
  await until('all are there', async () => (await paths(on)).length === names.length)
  await scanned(on)
  return on
}

function write(on: WatchedShare, name: string, content = `content of ${name}`): void {
  mkdirSync(join(on.folder, name, '..'), { recursive: true })
  writeFileSync(join(on.folder, name), content)
}

const move = (on: WatchedShare, from: string, to: string) =>
  renameSync(join(on.folder, from), join(on.folder, to))

/** Ids of the documents by path. */
async function ids(on: WatchedShare): Promise<Record<string, string>> {
  const { items } = await on.ports.catalog.library.list('all', {
    sort: 'name',
    descending: false,
    limit: 100,
  })
  return Object.fromEntries(
    items.map(({ folder, name, id }) => [folder === '' ? name : `${folder}/${name}`, id]),
  )
}

const became = (on: WatchedShare, ...wanted: string[]) =>
  until(`it is ${wanted}`, async () => (await paths(on)).join() === wanted.join())

it('keeps the document and its versions when a file is renamed', async () => {
  const on = await filled(['a.txt', 'other.txt'])
  write(on, 'a.txt', 'second')
  await until('it is there', async () => (await contents(on, 'a.txt')).length === 2)
  const before = await ids(on)
  move(on, 'a.txt', 'b.txt')
  await became(on, 'b.txt', 'other.txt')
  expect((await ids(on))['b.txt']).toBe(before['a.txt'])
  await scanned(on)
  expect(await contents(on, 'b.txt')).toEqual(['content of a.txt', 'second'])
  expect(await documents(on)).toMatchObject([{ source: 'present' }, { source: 'present' }])
  expect(await status(on)).toMatchObject({ files: 2, missing: 0, failed: 0 })
})

it('keeps all documents when their folder is moved, without reading a file again', async () => {
  const names = Array.from({ length: 60 }, (_, i) => `old/${i % 3}/${i}.txt`)
  const on = await filled(names)
  const before = await ids(on)
  let read = 0
  const { stage, stageCopy } = on.ports.blobs
  on.ports.blobs.stage = (source) => {
    read++
    return stage(source)
  }
  on.ports.blobs.stageCopy = (source) => {
    read++
    return stageCopy(source)
  }
  move(on, 'old', 'new')
  const wanted = names.map((name) => name.replace('old', 'new')).sort()
  await became(on, ...wanted)
  const after = await ids(on)
  expect(names.map((name) => after[name.replace('old', 'new')])).toEqual(
    names.map((name) => before[name]),
  )
  await scanned(on)
  expect([read, (await status(on))?.frozenReason]).toEqual([0, undefined])
})

it('keeps the document of a file that is copied elsewhere and then removed', async () => {
  const on = await filled(['a.txt', 'other.txt'])
  const { 'a.txt': id } = await ids(on)
  copyFileSync(join(on.folder, 'a.txt'), join(on.root, 'elsewhere.txt'))
  rmSync(join(on.folder, 'a.txt'))
  await until('it is missing', async () => (await status(on))?.missing === 1)
  mkdirSync(join(on.folder, 'deep'))
  copyFileSync(join(on.root, 'elsewhere.txt'), join(on.folder, 'deep/b.txt'))
  await became(on, 'deep/b.txt', 'other.txt')
  expect((await ids(on))['deep/b.txt']).toBe(id)
  await scanned(on)
  expect(await status(on)).toMatchObject({ files: 2, missing: 0 })
})

it('makes a document of its own of a copy, of a second name, and of what a program puts aside', async () => {
  const on = await filled(['a.txt'])
  const { 'a.txt': id } = await ids(on)
  copyFileSync(join(on.folder, 'a.txt'), join(on.folder, 'copy.txt'))
  linkSync(join(on.folder, 'a.txt'), join(on.folder, 'link.txt'))
  await became(on, 'a.txt', 'copy.txt', 'link.txt')
  await scanned(on)
  expect((await ids(on))['a.txt']).toBe(id)
  rmSync(join(on.folder, 'link.txt'))
  move(on, 'a.txt', 'old.txt')
  write(on, 'a.txt', 'saved')
  await until('it is saved', async () => (await contents(on, 'a.txt')).length === 2)
  await until('the old one is there', async () => (await paths(on)).includes('old.txt'))
  expect([(await ids(on))['a.txt'], await contents(on, 'old.txt')]).toEqual([
    id,
    ['content of a.txt'],
  ])
})

it('takes an edited file for the one that was renamed, and the edit for its next version', async () => {
  const on = await filled(['a.txt'])
  const { 'a.txt': id } = await ids(on)
  move(on, 'a.txt', 'b.txt')
  write(on, 'b.txt', 'edited')
  await until('it has two versions', async () => (await contents(on, 'b.txt')).length === 2)
  expect([(await ids(on))['b.txt'], await contents(on, 'b.txt')]).toEqual([
    id,
    ['content of a.txt', 'edited'],
  ])
})

it('leaves a document where people have put it, and a name that they gave', async () => {
  const on = await filled(['a.txt', 'b.txt'])
  const { 'a.txt': moved = '', 'b.txt': renamed = '' } = await ids(on)
  const by = { userId: on.place.userId, traceId: 't', now: Date.now() }
  const { library } = on.ports.catalog
  await library.move('all', moved, { folder: 'theirs' }, by)
  await library.move('all', renamed, { name: 'own name.txt' }, by)
  mkdirSync(join(on.folder, 'new'))
  move(on, 'a.txt', 'new/a.txt')
  move(on, 'b.txt', 'new/c.txt')
  await became(on, 'new/own name.txt', 'theirs/a.txt')
  await scanned(on)
  expect(await ids(on)).toEqual({ 'theirs/a.txt': moved, 'new/own name.txt': renamed })
})

it('follows a file between chapters, where folders are chapters', async () => {
  const on = await filled(['Roof/a.txt', 'Walls/b.txt'], { mapping: 'chapters' })
  const before = await ids(on)
  mkdirSync(join(on.folder, 'Walls/deep'))
  move(on, 'Roof/a.txt', 'Walls/deep/a.txt')
  const { library } = on.ports.catalog
  const chapterOf = async () => {
    const { chapters } = await library.shelves()
    const row = await library.document('all', before['a.txt'] ?? '')
    return [chapters.find(({ id }) => id === row?.chapterId)?.name, row?.folder]
  }
  await until('it has moved', async () => (await chapterOf()).join() === 'Walls,deep')
  expect(Object.keys(await ids(on)).sort()).toEqual(['b.txt', 'deep/a.txt'])
})

it('follows a file from one share to another of the same book', async () => {
  const on = await filled(['a.txt'])
  const { 'a.txt': id } = await ids(on)
  const path = join(on.root, 'second')
  mkdirSync(path)
  await on.ports.catalog.shares.put({ ...on.share, id: newId(), name: 'Second', path })
  renameSync(join(on.folder, 'a.txt'), join(path, 'b.txt'))
  await became(on, 'b.txt')
  await scanned(on)
  expect([(await ids(on))['b.txt'], readdirSync(on.folder)]).toEqual([id, []])
  expect(await documents(on)).toEqual([{ path: 'b.txt', versions: 1, source: 'present' }])
})
