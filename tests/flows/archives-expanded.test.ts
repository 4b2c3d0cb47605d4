import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it, vi } from 'vitest'
import { systemClock } from '../../adapters/system/clock.ts'
import { AppError } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import { documentText } from '../../core/library/document-text.ts'
import { getDocument } from '../../core/library/get-document.ts'
import { trashDocument } from '../../core/library/trash.ts'
import type { Extractor, Ports, Share } from '../../core/ports/index.ts'
import { honest, type Member, zipWith } from '../hostile/zip.ts'
import { nearExtractor } from '../near-extractor.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { understandingBox } from '../understanding-box.ts'
import { contents, documents, until as soon, start, type WatchedShare } from './watched-share.ts'

/** A busy machine takes its time for the watcher, the worker and every file. */
const PATIENCE_MS = 120_000
vi.setConfig({ testTimeout: 2 * PATIENCE_MS })

const until = (what: string, holds: () => Promise<boolean>) => soon(what, holds, PATIENCE_MS)

/** A watched folder whose archives are expanded, and everything between it and a search. */
async function expandingShare(change: Partial<Share> = {}) {
  const box = await understandingBox()
  const extractor = nearExtractor(box.ports.extractor)
  const { bookId, chapterId } = await box.chapter('Plans')
  const folder = join(await temporaryFolder(), 'share')
  await mkdir(folder)
  const { userId: ownerId } = (await box.access()).actor
  const share: Share = {
    id: newId(),
    name: 'Plans',
    path: folder,
    chapterId,
    ownerId,
    exclude: [],
    include: [],
    mode: 'mirror',
    mapping: 'folders',
    settleMs: 50,
    expandArchives: true,
    enabled: true,
    createdAt: 0,
    ...change,
  }
  await box.ports.catalog.shares.put(share)
  const on = {
    ports: { ...box.ports, clock: systemClock },
    share,
    folder,
  } as unknown as WatchedShare
  start(on)
  const all = async () => Object.fromEntries((await documents(on)).map((each) => [each.path, each]))

  return {
    ...box,
    extractor,
    work: (changed: Partial<Ports> = {}) => box.work({ extractor, ...changed }),
    on,
    bookId,
    all,
    paths: async () => Object.keys(await all()),
    async put(name: string, bytes: Uint8Array) {
      const before = (await all())[name]?.versions ?? 0
      await writeFile(join(folder, name), bytes)
      await until(`${name} is stored`, async () => ((await all())[name]?.versions ?? 0) > before)
      return this.work()
    },
    async remove(name: string) {
      await rm(join(folder, name))
      await until('it is missed', async () => (await all())[name]?.source === 'missing')
    },
    async document(path: string) {
      const at = path.lastIndexOf('/')
      const query = { sort: 'name', descending: false, limit: 100 } as const
      const { items } = await box.ports.catalog.library.list('all', {
        ...query,
        chapterId,
        folder: path.slice(0, Math.max(at, 0)),
      })
      const found = items.find(({ name }) => name === path.slice(at + 1))
      if (!found) throw new Error(`no ${path}`)
      return found
    },
    async expansion(name: string) {
      const { currentVersionId } = await this.document(name)
      return box.ports.catalog.archives.of(currentVersionId)
    },
  }
}

const PLANS = [
  honest('plans/cellar.txt', 'The oil is kept in the cellar.'),
  honest('plans/deep/roof.txt', 'The lamp is under the roof.'),
  honest('read me.txt', 'Nothing here but plans.'),
]

it('makes the files of an archive documents of their own, in a folder named as it', async () => {
  const on = await expandingShare()
  const reader = await on.reader(on.bookId)
  await on.put('site.zip', zipWith(PLANS))
  expect(await on.paths()).toEqual([
    'site.zip',
    'site.zip/plans/cellar.txt',
    'site.zip/plans/deep/roof.txt',
    'site.zip/read me.txt',
  ])
  expect(await on.found('oil kept', reader)).toMatchObject([
    { name: 'cellar.txt', folder: 'site.zip/plans', locator: { line: 1 } },
  ])
  expect(await on.found('oil', await on.reader((await on.chapter('Other')).bookId))).toEqual([])
  expect(await on.expansion('site.zip')).toEqual({ state: 'done', taken: 3, total: 3, missing: [] })
  const site = await on.document('site.zip')
  expect(site.understanding).toBe('ready')
  const cellar = await on.document('site.zip/plans/cellar.txt')
  const access = await on.access(reader)
  const ids = async () => {
    const text = await documentText(on.ports, access, { documentId: site.id })
    return [...(text.documentIds ?? new Map<number, string>())].sort(([a], [b]) => a - b)
  }
  expect(await ids()).toEqual([
    [0, cellar.id],
    [1, expect.any(String)],
    [2, expect.any(String)],
  ])
  expect((await getDocument(on.ports, access, cellar.id)).cameIn).toEqual({
    documentId: site.id,
    name: 'site.zip',
    as: 'archive',
  })
  const { chapterId } = await on.chapter('Attic')
  const by = { traceId: newId(), now: 1 }
  await on.ports.catalog.library.move('all', cellar.id, { chapterId }, by)
  expect((await ids()).map(([index]) => index)).toEqual([1, 2])
})

it('lists an archive and nothing more where the share does not say so', async () => {
  const on = await expandingShare({ expandArchives: false })
  await on.put('site.zip', zipWith(PLANS))
  expect(await on.paths()).toEqual(['site.zip'])
  expect(await on.found('cellar')).toMatchObject([{ locator: { path: 'plans/cellar.txt' } }])
  expect(await on.expansion('site.zip')).toBeUndefined()
})

it('gives a file a new version when a later archive holds another, and misses what is gone', async () => {
  const on = await expandingShare()
  await on.put('site.zip', zipWith(PLANS))
  const [cellar, , readMe] = PLANS as [Member, Member, Member]
  const changed = honest('plans/deep/roof.txt', 'The lamp is on the roof.')
  const added = honest('plans/stairs.txt', 'Forty-two.')
  await on.put('site.zip', zipWith([readMe, changed, added]))
  expect(await on.all()).toMatchObject({
    'site.zip/plans/cellar.txt': { versions: 1, source: 'missing' },
    'site.zip/plans/deep/roof.txt': { versions: 2, source: 'present' },
    'site.zip/plans/stairs.txt': { versions: 1, source: 'present' },
    'site.zip/read me.txt': { versions: 1, source: 'present' },
  })
  expect(await contents(on.on, 'roof.txt')).toEqual([
    'The lamp is under the roof.',
    'The lamp is on the roof.',
  ])
  await on.put('site.zip', zipWith([cellar, readMe]))
  expect(await on.all()).toMatchObject({
    'site.zip/plans/cellar.txt': { versions: 1, source: 'present' },
    'site.zip/plans/deep/roof.txt': { versions: 2, source: 'missing' },
  })
  await on.remove('site.zip')
  expect(await on.all()).toMatchObject({
    'site.zip/plans/cellar.txt': { source: 'missing' },
    'site.zip/read me.txt': { source: 'missing' },
  })
})

it('takes along what came out of an archive when its file is moved in the share', async () => {
  const on = await expandingShare()
  await on.put('site.zip', zipWith(PLANS))
  await mkdir(join(on.on.folder, 'old'))
  await rename(join(on.on.folder, 'site.zip'), join(on.on.folder, 'old', 'plans.zip'))
  await until('it has moved', async () => 'old/plans.zip' in (await on.all()))
  expect(await on.paths()).toEqual([
    'old/plans.zip',
    'old/plans.zip/plans/cellar.txt',
    'old/plans.zip/plans/deep/roof.txt',
    'old/plans.zip/read me.txt',
  ])
})

it('does not bring back what somebody has removed', async () => {
  const on = await expandingShare()
  await on.put('site.zip', zipWith(PLANS))
  const { id } = await on.document('site.zip/read me.txt')
  await trashDocument(on.ports, await on.access(), id)
  await on.put('site.zip', zipWith([...PLANS, honest('new.txt', 'new')]))
  expect(await on.paths()).not.toContain('site.zip/read me.txt')
  expect(await on.expansion('site.zip')).toMatchObject({ state: 'done', taken: 3, total: 3 })
})

it('C9 zip-slip: says which files are no documents, and is partial then', async () => {
  const on = await expandingShare()
  const locked = { ...honest('secret.txt', 'x'.repeat(20)), flags: 1 }
  const members = [
    honest('../../up.txt', 'evil'),
    honest('/etc/cron.d/evil', 'evil'),
    honest('C:\\evil.txt', 'evil'),
    { ...honest('link', '/etc/passwd'), mode: 0o120777 },
    locked,
    { ...honest('broken.txt', 'whole'), crc: 7 },
    honest('fine.txt', 'A fine lamp.'),
  ]
  await on.put('odd.zip', zipWith(members))
  expect(await on.paths()).toEqual(['odd.zip', 'odd.zip/fine.txt'])
  expect(await on.expansion('odd.zip')).toEqual({
    state: 'partial',
    taken: 1,
    total: 6,
    missing: [
      ['../../up.txt', 'ENTRY_NAME'],
      ['/etc/cron.d/evil', 'ENTRY_NAME'],
      ['C:%5Cevil.txt', 'ENTRY_NAME'],
      ['secret.txt', 'PASSWORD_PROTECTED'],
      ['broken.txt', 'DAMAGED_FILE'],
    ].map(([path, reason]) => ({ path, reason, message: expect.any(String) })),
  })
  expect((await on.document('odd.zip')).understanding).toBe('partial')
})

it('stores no file twice when a try was cut short, and finishes the rest', async () => {
  const on = await expandingShare()
  await writeFile(join(on.on.folder, 'site.zip'), zipWith(PLANS))
  await until('it is stored', async () => 'site.zip' in (await on.all()))
  let left = 2
  const { blobs } = on.ports
  const failing: typeof blobs = {
    ...blobs,
    async stage(source) {
      const staged = await blobs.stage(source)
      // Small text of its own: what is unpacked. Derived bytes are packed.
      if (staged.sizeBytes < 40 && --left < 0) {
        await staged.discard()
        throw new Error('the disk is gone')
      }
      return staged
    },
  }
  await on.work({ blobs: failing })
  expect(await on.expansion('site.zip')).toMatchObject({ state: 'working' })
  on.clock.advance(600_000)
  await on.work()
  expect(await on.all()).toMatchObject({
    'site.zip/plans/cellar.txt': { versions: 1 },
    'site.zip/plans/deep/roof.txt': { versions: 1 },
    'site.zip/read me.txt': { versions: 1 },
  })
  expect(await on.expansion('site.zip')).toMatchObject({ state: 'done', taken: 3, total: 3 })
})

const died = () =>
  new AppError('internal', 'Reading this file stopped the reader.', { reason: 'PARSER_DIED' })

it('tries the files one by one when a reader dies of several', async () => {
  const on = await expandingShare()
  await writeFile(join(on.on.folder, 'site.zip'), zipWith(PLANS))
  await until('it is stored', async () => 'site.zip' in (await on.all()))
  const { extractor } = on
  const dying: Extractor = {
    ...extractor,
    async unpack(file, mediaType, entries, signal) {
      if (entries.some(({ index }) => index === 1)) throw died()
      return extractor.unpack(file, mediaType, entries, signal)
    },
  }
  await on.work({ extractor: dying })
  expect(await on.expansion('site.zip')).toMatchObject({ state: 'partial', taken: 2, total: 3 })
  expect(await on.paths()).not.toContain('site.zip/plans/deep/roof.txt')
})

it('opens no archive inside an archive, and takes what a gzip holds by the name it has', async () => {
  const on = await expandingShare()
  await on.put('outer.zip', zipWith([honest('inner.zip', zipWith(PLANS))]))
  await on.put('dump.sql.gz', gzipSync('create table lamps;'))
  expect(await on.paths()).toEqual([
    'dump.sql.gz',
    'dump.sql.gz/dump.sql',
    'outer.zip',
    'outer.zip/inner.zip',
  ])
  expect(await on.found('cellar')).toMatchObject([
    { name: 'inner.zip', locator: { path: 'plans/cellar.txt' } },
  ])
})
