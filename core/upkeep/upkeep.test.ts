import { chmod, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { diskBlobStore } from '../../adapters/disk/blob-store.ts'
import { memoryVectorIndex } from '../../adapters/memory/vector-index.ts'
import { sqlCatalog } from '../../adapters/sql/catalog.ts'
import { manualClock } from '../../tests/manual-clock.ts'
import { newVersion, seededCatalog } from '../../tests/seeded-catalog.ts'
import { newTraceId } from '../ids.ts'
import { commitStaged } from '../ingest/commit-version.ts'
import { recover } from './recover.ts'
import { sweep } from './sweep.ts'
import { measureDisk, usage } from './usage.ts'
import { verify } from './verify.ts'

const HOUR_MS = 3_600_000
const TIMES = { graceMs: 24 * HOUR_MS, trashMs: 30 * 24 * HOUR_MS, uploadMs: 24 * HOUR_MS }

async function box() {
  const seed = await seededCatalog()
  const catalog = sqlCatalog(join(seed.root, 'catalog.sqlite'))
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
  return commitStaged(on.ports, staged, newVersion(on, staged, { now }))
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
  expect(steps.map((step) => step.name)).toEqual(['references', 'contents', 'files'])
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

  const [references, contents, files] = await verify(on.ports)
  expect(references?.problems).toEqual([expect.stringContaining('counted 7, found 1')])
  expect(contents?.problems).toEqual([
    expect.stringContaining('not the content'),
    expect.stringContaining('missing'),
  ])
  expect(files?.problems).toEqual([expect.stringContaining('no row knows')])
})

it('finishes a sweep that a crash cut between row and bytes', async () => {
  const on = await box()
  const { documentId } = await store(on, 'half gone')
  await remove(on, documentId)
  expect(await on.catalog.blobs.reap(on.clock.now() + HOUR_MS, 10)).toHaveLength(1)
  expect(await recover(on.ports)).toEqual({ intents: 0, reaped: 1 })
  expect(await measureDisk(on.ports)).toBe(0)
})

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
