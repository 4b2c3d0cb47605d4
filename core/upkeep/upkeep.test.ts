import { chmod, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { diskBlobStore } from '../../adapters/disk/blob-store.ts'
import { memoryVectorIndex } from '../../adapters/memory/vector-index.ts'
import { sqlCatalog } from '../../adapters/sql/catalog.ts'
import { manualClock } from '../../tests/manual-clock.ts'
import { newVersion, seededCatalog } from '../../tests/seeded-catalog.ts'
import { testKeys } from '../../tests/test-keys.ts'
import { tinySpace } from '../../tests/tiny-space.ts'
import { newId, newTraceId } from '../ids.ts'
import { commitStaged } from '../ingest/commit-version.ts'
import { settleArrivals } from '../ingest/settle.ts'
import { storeDerived } from '../ingest/store-derived.ts'
import type { Ports } from '../ports/index.ts'
import { recover } from './recover.ts'
import { relinkOutdated } from './relink.ts'
import { sweep } from './sweep.ts'
import { measureDisk, usage } from './usage.ts'
import { verify } from './verify.ts'

const HOUR_MS = 3_600_000
const TIMES = {
  graceMs: 24 * HOUR_MS,
  trashMs: 30 * 24 * HOUR_MS,
  uploadMs: 24 * HOUR_MS,
  endedUploadMs: 365 * 24 * HOUR_MS,
}

async function box() {
  const seed = await seededCatalog()
  const catalog = sqlCatalog(join(seed.root, 'catalog.sqlite'), testKeys)
  const clock = manualClock(Date.now())
  const ports = {
    catalog,
    clock,
    blobs: await diskBlobStore(seed.root),
    index: memoryVectorIndex(),
  }
  return { ...seed, ...ports, ports }
}

type Box = Awaited<ReturnType<typeof box>>

async function store(on: Box, text: string) {
  const staged = await on.blobs.stage(bytesOf(text))
  const now = on.clock.now()
  const committed = await commitStaged(on.ports, staged, newVersion(on, staged, { now }))
  await settleArrivals(on.ports)
  return committed
}

it('keeps bytes while one of five pointers is left, and reclaims them a grace after the fifth', async () => {
  const on = await box()
  const documents = []
  for (let i = 0; i < 5; i++) documents.push((await store(on, 'fifty megabytes')).documentId)
  const last = documents.pop() ?? ''
  for (const id of documents) await remove(on, id)
  expect((await sweep(on.ports, { ...TIMES, graceMs: -HOUR_MS })).blobsReaped).toBe(0)
  expect(await measureDisk(on.ports)).toBe(15)

  await remove(on, last)
  expect((await sweep(on.ports, TIMES)).blobsReaped).toBe(0)
  on.clock.advance(25 * HOUR_MS)
  expect(await sweep(on.ports, TIMES)).toMatchObject({ blobsReaped: 1, bytesReclaimed: 15 })
  expect(await measureDisk(on.ports)).toBe(0)
})

it('tells what was put in from what is stored', async () => {
  const on = await box()
  await store(on, 'same')
  await store(on, 'same')
  await store(on, 'other')
  expect(await usage(on.ports)).toMatchObject({
    logicalBytes: 13,
    uniqueBytes: 9,
    physicalBytes: 9,
    savedBytes: 4,
    documents: 3,
    blobs: 2,
  })
})

it('empties the trash when its time has come, and not before', async () => {
  const on = await box()
  const { documentId } = await store(on, 'old')
  await on.catalog.library.trash('all', documentId, act(on))
  expect((await sweep(on.ports, TIMES)).documentsPurged).toBe(0)
  on.clock.advance(31 * 24 * HOUR_MS)
  expect((await sweep(on.ports, TIMES)).documentsPurged).toBe(1)
})

it('finds nothing wrong with a sound store', async () => {
  const on = await box()
  await store(on, 'sound')
  const steps = await verify(on.ports)
  expect(steps.map((step) => step.name)).toEqual([
    'catalog',
    'foreign keys',
    'references',
    'quotas',
    'files',
    'contents',
    'derived',
    'indexes',
  ])
  expect(steps.flatMap((step) => step.problems)).toEqual([])
})

it('finds a flipped bit, a missing file, a foreign file and a wrong count', async () => {
  const on = await box()
  const flipped = await pathOf(on, (await store(on, 'flipped')).version.digest)
  const bytes = await readFile(flipped)
  bytes[0] = (bytes[0] ?? 0) ^ 1
  await chmod(flipped, 0o600)
  await writeFile(flipped, bytes)
  await rm(await pathOf(on, (await store(on, 'missing')).version.digest))
  const foreign = `00/${'0'.repeat(64)}.${'0'.repeat(26)}`
  await writeFile(join(on.root, 'blobs', foreign), 'who?')
  const counted = (await store(on, 'miscounted')).version.digest
  await on.db.writer.updateTable('blobs').set({ refs: 7 }).where('digest', '=', counted).execute()
  await on.db.writer.updateTable('users').set({ used_bytes: 1 }).execute()

  const found = new Map((await verify(on.ports)).map((step) => [step.name, step.problems]))
  expect(found.get('references')).toEqual([expect.stringContaining('counted 7, found 1')])
  const quota = 'ada has put in: counted 1 bytes, found 24'
  expect(found.get('quotas')).toEqual([expect.stringContaining(quota)])
  expect(found.get('contents')).toEqual([expect.stringContaining('not the content')])
  expect(found.get('files')).toEqual([
    expect.stringContaining('no row knows'),
    expect.stringContaining('the file is missing'),
  ])
})

it('goes on behind a file that the disk cannot read', async () => {
  const on = await box()
  const { digest } = (await store(on, 'on a bad sector')).version
  await store(on, 'readable')
  const bad = (await on.catalog.blobs.live(digest))?.path
  const blobs = {
    ...on.blobs,
    async *read(path: string) {
      if (path === bad) throw Object.assign(new Error('i/o error'), { code: 'EIO' })
      yield* on.blobs.read(path)
    },
  }
  const steps = await verify({ ...on.ports, blobs })
  const contents = steps.find((step) => step.name === 'contents')
  expect(contents).toMatchObject({
    checked: 2,
    problems: [expect.stringContaining('the disk cannot read')],
  })
  expect(await on.catalog.blobs.live(digest)).toBeUndefined()
})

it('finishes a sweep that a crash cut between row and bytes', async () => {
  const on = await box()
  const { documentId } = await store(on, 'half gone')
  await remove(on, documentId)
  expect(await reapNow(on)).toHaveLength(1)
  expect(await recover(on.ports)).toMatchObject({ intents: 0, reaped: 1 })
  expect(await measureDisk(on.ports)).toBe(0)
})

it('removes the vectors of a content whose sweep a crash has cut', async () => {
  const on = await box()
  const { documentId, version } = await store(on, 'half gone')
  await on.index
    .of(tinySpace(1))
    .upsert(version.digest, [{ ordinal: 0, vector: Float32Array.of(1) }], [])
  await remove(on, documentId)
  await reapNow(on)
  await recover(on.ports)
  await sweep(on.ports, TIMES)
  expect([await on.index.count(), await on.catalog.blobs.reapQueue()]).toEqual([0, []])
})

it('keeps the vectors of a content of which a spare copy goes', async () => {
  const on = await box()
  const { version } = await store(on, 'fragile')
  await on.index
    .of(tinySpace(1))
    .upsert(version.digest, [{ ordinal: 0, vector: Float32Array.of(1) }], [])
  await on.catalog.blobs.markDamaged((await on.catalog.blobs.live(version.digest))?.id ?? 0)
  const staged = await on.blobs.stage(bytesOf('fragile'))
  const input = newVersion(on, staged)
  const begun = await on.catalog.ingest.begin(input)
  if (!('publishPath' in begun)) throw new Error('not fresh')
  await staged.publish(begun.publishPath)
  await on.catalog.ingest.finish(input, begun.publishPath)
  const { orphanPaths } = await on.catalog.ingest.settle(9, on.clock.now())
  expect(await on.catalog.blobs.reapQueue()).toEqual(orphanPaths)
  expect(orphanPaths).toHaveLength(1)
  await sweep(on.ports, TIMES)
  expect([await on.index.count(), await on.catalog.blobs.reapQueue()]).toEqual([1, []])
})

it('takes all that was derived along with a content, once nobody works on it', async () => {
  const on = await box()
  const { documentId, version } = await store(on, 'a letter')
  const { jobs, passages, derivations } = on.catalog
  const take = () => jobs.take('w', ['probe', 'extract'], HOUR_MS, on.clock.now())
  const probe = await take()
  await passages.replace(version.digest, [{ ordinal: 0, text: 'Dear', locator: {} }])
  const blobId = await storeDerived(on.ports, bytesOf('its text'))
  const next = [{ step: 'extract' as const, stepVersion: 1, priority: 1 }]
  const result = { state: 'done' as const, facts: {}, blobId, next }
  await jobs.finish(probe?.id ?? '', 'w', result, on.clock.now())
  const extract = await take()
  await remove(on, documentId)
  const noGrace = { ...TIMES, graceMs: -HOUR_MS }
  expect((await sweep(on.ports, noGrace)).blobsReaped).toBe(0)
  await jobs.finish(extract?.id ?? '', 'w', { ...result, next: [] }, on.clock.now())
  expect((await sweep(on.ports, noGrace)).blobsReaped).toBe(2)
  expect(await passages.of(version.digest)).toEqual([])
  expect(await derivations.get(version.digest, 'extract')).toBeUndefined()
  expect(await measureDisk(on.ports)).toBe(0)
})

it('leaves a derived blob alone that a step has just found and will refer to', async () => {
  const on = await box()
  const blobId = await storeDerived(on.ports, bytesOf('equal text'))
  on.clock.advance(25 * HOUR_MS)
  expect(await storeDerived(on.ports, bytesOf('equal text'))).toBe(blobId)
  await sweep(on.ports, TIMES)
  expect(await on.catalog.blobs.byId(blobId)).toBeDefined()
  on.clock.advance(25 * HOUR_MS)
  await sweep(on.ports, TIMES)
  expect(await on.catalog.blobs.byId(blobId)).toBeUndefined()
})

it('removes the bytes of an upload that nobody completed', async () => {
  const on = await box()
  const at = on.clock.now()
  const id = newId(at)
  await on.catalog.uploads.create({
    id,
    userId: on.userId,
    chapterId: on.first.chapterId,
    folder: '',
    name: 'left.txt',
    onConflict: 'version',
    declaredSize: 4,
    status: 'UPLOAD_RECEIVED',
    traceId: 't',
    createdAt: at,
    updatedAt: at,
  })
  const { digest } = await on.blobs.stage(bytesOf('left'), id)
  expect((await sweep(on.ports, TIMES)).uploadsExpired).toBe(0)
  on.clock.advance(25 * HOUR_MS)
  expect((await sweep(on.ports, TIMES)).uploadsExpired).toBe(1)
  expect(await on.blobs.staged(id, digest)).toBeUndefined()
})

it('puts a content back into the index that returned while its vectors were removed', async () => {
  const on = await box()
  const { documentId, version } = await store(on, 'boomerang')
  await remove(on, documentId)
  const index = {
    ...on.index,
    async remove(digest: typeof version.digest) {
      await store(on, 'boomerang')
      await on.index.remove(digest)
    },
  }
  await sweep({ ...on.ports, index }, { ...TIMES, graceMs: -HOUR_MS })
  const jobs = await on.db.read.selectFrom('jobs').select('step').execute()
  expect(jobs.map((job) => job.step)).toContain('embed')
})

it('gives up a publication that lost its process, and refuses its late commit', async () => {
  const on = await box()
  const staged = await on.blobs.stage(bytesOf('stopped for a day'))
  const input = newVersion(on, staged, { now: on.clock.now() })
  const begun = await on.catalog.ingest.begin(input)
  if (!('publishPath' in begun)) throw new Error('not fresh')
  await staged.publish(begun.publishPath)
  await sweep(on.ports, TIMES)
  expect(await measureDisk(on.ports)).toBe(17)
  on.clock.advance(25 * HOUR_MS)
  await sweep(on.ports, TIMES)
  expect(await measureDisk(on.ports)).toBe(0)
  const late = on.catalog.ingest.finish(input, begun.publishPath)
  await expect(late).rejects.toMatchObject({ code: 'unavailable', reason: 'INTENT_GONE' })
  expect(await on.catalog.blobs.page(0, 10)).toEqual([])
})

it('removes what a dead process left in staging, and nothing that is being written', async () => {
  const on = await box()
  const [old, young] = ['old', 'young'].map((name) => join(on.root, 'staging', name))
  for (const file of [old, young]) await writeFile(file ?? '', 'bytes')
  const threeDaysAgo = Date.now() / 1000 - 3 * 24 * 3600
  await utimes(old ?? '', threeDaysAgo, threeDaysAgo)
  await sweep(on.ports, TIMES)
  await expect(readFile(old ?? '')).rejects.toMatchObject({ code: 'ENOENT' })
  expect(await readFile(young ?? '', 'utf8')).toBe('bytes')
})

it('goes on when somebody takes a document out of the trash at the last moment', async () => {
  const on = await box()
  const ids: string[] = []
  for (const text of ['one', 'two']) ids.push((await store(on, text)).documentId)
  for (const id of ids) await on.catalog.library.trash('all', id, act(on))
  on.clock.advance(31 * 24 * HOUR_MS)
  const library = {
    ...on.catalog.library,
    async expiredTrash(before: number, limit: number) {
      const expired = await on.catalog.library.expiredTrash(before, limit)
      await on.catalog.library.restore('all', ids[0] ?? '', act(on))
      return expired
    },
  }
  const ports = { ...on.ports, catalog: { ...on.catalog, library } }
  expect((await sweep(ports, TIMES)).documentsPurged).toBe(1)
  expect(await on.catalog.library.document('all', ids[0] ?? '')).toBeDefined()
})

it('does what it can when a part of it fails, and says that it failed', async () => {
  const on = await box()
  await remove(on, (await store(on, 'bytes')).documentId)
  const uploads = {
    ...on.catalog.uploads,
    async expire(): Promise<never> {
      throw new Error('not today')
    },
  }
  const ports = { ...on.ports, catalog: { ...on.catalog, uploads } }
  await expect(sweep(ports, { ...TIMES, graceMs: -HOUR_MS })).rejects.toThrow('not today')
  expect(await measureDisk(on.ports)).toBe(0)
})

it('forgets what happened long ago, but not what still waits for somebody', async () => {
  const on = await box()
  const kept = await store(on, 'failed for good')
  const { jobId } = await store(on, 'long done')
  const refused = (await store(on, 'with a password')).version.digest
  const { jobs, journal } = on.catalog
  const { digest } = kept.version
  const failed = { error_code: 'internal', state: 'dead' as const }
  await on.db.writer.updateTable('jobs').set({ state: 'done' }).execute()
  await on.db.writer
    .updateTable('jobs')
    .set(failed)
    .where('digest', '=', digest)
    .where('step', '=', 'probe')
    .execute()
  await on.db.writer
    .insertInto('derivations')
    .values({
      digest: refused,
      facts: '{}',
      step: 'probe',
      step_version: 1,
      state: 'failed',
      duration_ms: 1,
      finished_at: 1,
    })
    .execute()
  const at = on.clock.now()
  const upload = {
    id: 'stored',
    userId: on.userId,
    chapterId: on.first.chapterId,
    folder: '',
    name: 'a',
    onConflict: 'version' as const,
    declaredSize: 1,
    status: 'UPLOAD_COMPLETE' as const,
    traceId: 't',
    createdAt: at,
    updatedAt: at,
  }
  await on.catalog.uploads.create(upload)
  const span = { operation: 'job.probe', status: 'done', durationMs: 1 }
  await journal.traces([{ ...span, traceId: 'old', startedAt: at }])
  await journal.error({ ...span, traceId: 'old', code: 'internal', message: 'No.', at })

  expect((await sweep(on.ports, TIMES)).rowsPruned).toBe(0)
  on.clock.advance(91 * 24 * HOUR_MS)
  await journal.traces([{ ...span, traceId: 'new', startedAt: on.clock.now() }])
  expect((await sweep(on.ports, TIMES)).rowsPruned).toBeGreaterThan(3)
  expect(await journal.trace('old')).toEqual({ spans: [], errors: [] })
  expect(await on.catalog.uploads.get(on.userId, 'stored')).toBeUndefined()
  expect((await journal.trace('new')).spans).toHaveLength(1)
  expect(await jobs.job('all', jobId)).toBeUndefined()
  expect(await jobs.job('all', kept.jobId)).toMatchObject({ state: 'dead' })
  const left = await on.db.read.selectFrom('jobs').selectAll().execute()
  expect(left.filter((job) => job.digest === refused)).toHaveLength(2)
})

it('finds what a crash left in the wrong chapter of the indexes, and puts it right', async () => {
  const on = await box()
  const moved = await store(on, 'moved')
  const stays = await store(on, 'stays')
  const chunks = [{ ordinal: 0, text: 'words', locator: {} }]
  for (const { version } of [moved, stays]) {
    await on.catalog.passages.replace(version.digest, chunks)
    const vector = Float32Array.of(1)
    await on.index
      .of(tinySpace(1))
      .upsert(version.digest, [{ ordinal: 0, vector }], [on.first.chapterId])
  }
  const to = { chapterId: on.second.chapterId }
  await on.catalog.library.move('all', moved.documentId, to, act(on))
  const never = new AbortController().signal
  expect(await relinkOutdated(on.ports, never)).toEqual({ relinked: 1 })
  expect(await relinkOutdated(on.ports, never)).toEqual({ relinked: 0 })
  const found = await on.index.of(tinySpace(1)).query(Float32Array.of(1), [on.second.chapterId], 5)
  expect(found.map((row) => row.digest)).toEqual([moved.version.digest])

  await on.catalog.library.trash('all', moved.documentId, act(on))
  // The vector index is told first: a crash before the catalog is told leaves the mark standing.
  const dying = { ...on.catalog.passages, rescope: () => Promise.reject(new Error('power cut')) }
  const ports = { ...on.ports, catalog: { ...on.catalog, passages: dying } } as Pick<
    Ports,
    'catalog' | 'clock' | 'index'
  >
  await expect(relinkOutdated(ports, never)).rejects.toThrow('power cut')
  expect(await relinkOutdated(on.ports, never)).toEqual({ relinked: 1 })
  expect(await on.catalog.passages.outdated('', 10)).toEqual({ digests: [] })
})

/** As a sweep does that was cut before it removed any file. */
async function reapNow(on: Box): Promise<string[]> {
  await on.catalog.care.beat({ boot: on.clock.boot(), ms: on.clock.monotonic() })
  return on.catalog.blobs.reap({ graceMs: 0, rounds: 1 }, 10)
}

const act = (on: Box) => ({ userId: on.userId, traceId: newTraceId(), now: on.clock.now() })

async function remove(on: Box, documentId: string): Promise<void> {
  await on.catalog.library.trash('all', documentId, act(on))
  await on.catalog.library.purge('all', documentId, act(on))
}

async function pathOf(on: Box, digest: Parameters<Box['catalog']['blobs']['live']>[0]) {
  return join(on.root, 'blobs', (await on.catalog.blobs.live(digest))?.path ?? '')
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
