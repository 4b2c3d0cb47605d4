import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { builtinEmbedder } from '../../adapters/builtin/embedder.ts'
import { memoryVectorIndex } from '../../adapters/memory/vector-index.ts'
import { resolveAccess } from '../../core/access/access.ts'
import { newId } from '../../core/ids.ts'
import { settleArrivals } from '../../core/ingest/settle.ts'
import { search } from '../../core/search/search.ts'
import { verify } from '../../core/upkeep/verify.ts'
import { keepLinked } from '../../worker/keep-linked.ts'
import { scanned, start, status, until, type WatchedShare, watchedShare } from './watched-share.ts'

/** A share whose folders are chapters, watched; its owner may make them. */
async function chapters(change: Parameters<typeof watchedShare>[0] = { mapping: 'chapters' }) {
  const on = await watchedShare(change)
  const { userId, bookId } = on.place
  const grant = { id: newId(), userId, bookId, role: 'admin', createdAt: 1 } as const
  await on.ports.catalog.library.putGrant(grant)
  start(on, { scanIntervalMs: 200 })
  return on
}

function write(folder: string, path: string, content: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), content)
}

/** Every document as "chapter/folder/name", with its id and its number of versions. */
async function shelved({ ports }: WatchedShare) {
  const { library } = ports.catalog
  const list = { sort: 'name', descending: false, limit: 100 } as const
  const { items } = await library.list('all', list)
  const { chapters: all } = await library.shelves()
  return new Map(
    items.map(({ id, chapterId, folder, name, versionCount }) => {
      const chapter = all.find((each) => each.id === chapterId)
      const path = [chapter?.name, folder, name].filter(Boolean).join('/')
      return [path, { id, chapterId, versions: versionCount }]
    }),
  )
}

const has = (on: WatchedShare, path: string, versions = 1) =>
  until(`${path} has ${versions}`, async () => {
    return (await shelved(on)).get(path)?.versions === versions
  })

const isMissing = (on: WatchedShare) =>
  until('it is missing', async () => (await status(on))?.missing === 1)

/** A form that was filled in once, is empty now, and has been removed. */
async function removedForm(on: WatchedShare, folder = on.folder, path = 'Secret/form.txt') {
  const shown = path === 'form.txt' ? 'Plans/form.txt' : path
  write(folder, path, 'salaries of everybody')
  await has(on, shown)
  write(folder, path, 'empty form')
  await has(on, shown, 2)
  rmSync(join(folder, path))
  await isMissing(on)
}

it('gives nobody the history of a file of another chapter who writes the like of its last version', async () => {
  const on = await chapters()
  await removedForm(on)
  write(on.folder, 'Open/mine.txt', 'empty form')
  await has(on, 'Open/mine.txt')
  await scanned(on)
  expect((await shelved(on)).get('Secret/form.txt')?.versions).toBe(2)
  expect((await shelved(on)).get('Open/mine.txt')?.versions).toBe(1)
  write(on.folder, 'Secret/again.txt', 'empty form')
  await has(on, 'Secret/again.txt', 2)
})

it('nor from one share to another that feeds another chapter of the book', async () => {
  const on = await chapters({})
  const { library, shares } = on.ports.catalog
  const path = join(on.root, 'second')
  mkdirSync(path)
  const open = { id: newId(), bookId: on.place.bookId, name: 'Open', createdAt: 0 }
  const { id: chapterId } = await library.createChapter(open)
  await shares.put({ ...on.share, id: newId(), name: 'Second', path, chapterId })
  await removedForm(on, on.folder, 'form.txt')
  write(path, 'mine.txt', 'empty form')
  await has(on, 'Open/mine.txt')
  expect((await shelved(on)).get('Plans/form.txt')?.versions).toBe(2)
})

it('nor one who kept a second name of the file', async () => {
  const on = await chapters()
  write(on.folder, 'Secret/form.txt', 'salaries of everybody')
  await has(on, 'Secret/form.txt')
  write(on.folder, 'Secret/form.txt', 'empty form')
  await has(on, 'Secret/form.txt', 2)
  const kept = join(on.root, 'kept')
  linkSync(join(on.folder, 'Secret/form.txt'), kept)
  await scanned(on)
  const path = Buffer.from('Secret/form.txt')
  await until('the name was seen', async () =>
    ((await on.ports.catalog.shares.entry(on.share.id, path))?.generation ?? '').endsWith('l'),
  )
  rmSync(join(on.folder, 'Secret/form.txt'))
  await isMissing(on)
  mkdirSync(join(on.folder, 'Open'))
  renameSync(kept, join(on.folder, 'Open/mine.txt'))
  await has(on, 'Open/mine.txt')
  expect((await shelved(on)).get('Secret/form.txt')?.versions).toBe(2)
})

it('has a file found in the chapter that it was moved to, and in no other, within a second', async () => {
  const on = await chapters()
  const embedder = builtinEmbedder()
  const ports = { ...on.ports, embedder, index: memoryVectorIndex() }
  write(on.folder, 'Roof/a.txt', 'the lamp is lit at dusk')
  write(on.folder, 'Walls/b.txt', 'another file')
  await has(on, 'Roof/a.txt')
  await has(on, 'Walls/b.txt')
  await settleArrivals(ports)
  const before = await shelved(on)
  const [roof, walls] = [before.get('Roof/a.txt'), before.get('Walls/b.txt')]
  await understand(ports, roof?.id ?? '', 'the lamp is lit at dusk')
  const actor = { userId: on.place.userId, username: 'a', displayName: 'a', traceId: 't' }
  const scopes = ['read', 'write'] as const
  const access = await resolveAccess(ports, { ...actor, orgRole: 'admin', scopes: [...scopes] })
  const foundIn = async (chapterId = '') => {
    const query = { text: 'lamp dusk', sort: 'best', limit: 9, chapterIds: [chapterId] } as const
    return (await search(ports, access, query)).hits.map((hit) => hit.documentId)
  }
  const wrong = async () => {
    const steps = await verify(ports)
    return steps.flatMap(({ problems }) => problems)
  }
  expect([await foundIn(roof?.chapterId), await foundIn(walls?.chapterId)]).toEqual([
    [roof?.id],
    [],
  ])
  const stop = new AbortController()
  const linking = keepLinked(ports, stop.signal)
  onTestFinished(async () => {
    stop.abort()
    await linking
  })
  renameSync(join(on.folder, 'Roof/a.txt'), join(on.folder, 'Walls/a.txt'))
  await has(on, 'Walls/a.txt')
  await until('the indexes know', async () => {
    return (await ports.catalog.passages.outdated('', 9)).digests.length === 0
  })
  expect((await shelved(on)).get('Walls/a.txt')?.id).toBe(roof?.id)
  expect([await foundIn(roof?.chapterId), await foundIn(walls?.chapterId)]).toEqual([
    [],
    [roof?.id],
  ])
  expect(await wrong()).toEqual([])
  const vector = (await embedder.embed(['lamp dusk']))[0] ?? new Float32Array()
  expect(
    await ports.index.of(ports.embedder.space).query(vector, [roof?.chapterId ?? ''], 9),
  ).toEqual([])
  expect(
    await ports.index.of(ports.embedder.space).query(vector, [walls?.chapterId ?? ''], 9),
  ).toHaveLength(1)
})

type Understanding = Pick<WatchedShare['ports'], 'catalog' | 'clock'> & {
  embedder: ReturnType<typeof builtinEmbedder>
  index: ReturnType<typeof memoryVectorIndex>
}

/** What the worker makes of a document of one sentence. */
async function understand(
  { catalog, clock, embedder, index }: Understanding,
  documentId: string,
  text: string,
): Promise<void> {
  const document = await catalog.library.document('all', documentId)
  if (!document) throw new Error('there is no such document')
  const { digest, id } = document.version
  await catalog.passages.replace(digest, [{ ordinal: 0, text, locator: {} }])
  const [vector = new Float32Array()] = await embedder.embed([text])
  await index
    .of(embedder.space)
    .upsert(digest, [{ ordinal: 0, vector }], await catalog.passages.placesOf(digest))
  await catalog.ingest.markLinked(id, clock.now())
}
