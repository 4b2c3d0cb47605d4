import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { diskBlobStore } from '../../adapters/disk/blob-store.ts'
import { sqlCare } from '../../adapters/sql/care.ts'
import { manualClock } from '../../tests/manual-clock.ts'
import { newVersion, type SeededCatalog, seededCatalog } from '../../tests/seeded-catalog.ts'
import type { BlobStore, Catalog, NewVersion } from '../ports/index.ts'
import { recover } from '../upkeep/recover.ts'
import { commitStaged } from './commit-version.ts'
import { settleArrivals } from './settle.ts'
import { storeDerived } from './store-derived.ts'

async function box() {
  const seed = await seededCatalog()
  const blobs = await diskBlobStore(seed.root)
  const ports = { blobs, catalog: seed.catalog as unknown as Catalog, clock: manualClock() }
  return { ...seed, blobs, ports }
}

type Box = Awaited<ReturnType<typeof box>>

async function store(on: Box, text: string, change: Partial<NewVersion> = {}) {
  const staged = await on.blobs.stage(bytesOf(text))
  return commitStaged(on.ports, staged, newVersion(on, staged, change))
}

it('keeps one blob for five pointers and queues one first step, once they are settled', async () => {
  const on = await box()
  for (let i = 0; i < 5; i++) await store(on, 'the same words')
  expect(await files(on.blobs)).toHaveLength(5)
  expect(await steps(on)).toEqual(Array.from({ length: 5 }, () => 'link blocked'))
  const settled = await settleArrivals(on.ports)
  expect(settled.map(({ isNew }) => isNew)).toEqual([true, false, false, false, false])
  expect(new Set(settled.map(({ blobId }) => blobId)).size).toBe(1)
  const [content] = settled
  expect(await on.catalog.blobs.live(content?.digest ?? never())).toMatchObject({ refs: 5 })
  expect(await files(on.blobs)).toHaveLength(1)
  expect(await count(on, 'versions')).toBe(5)
  expect((await steps(on)).filter((step) => step === 'probe queued')).toHaveLength(1)
  expect((await steps(on)).filter((step) => step === 'link blocked')).toHaveLength(5)
  expect((await steps(on)).filter((step) => step === 'probe replay queued')).toHaveLength(4)
  expect(await on.catalog.blobs.wrongCounts()).toEqual([])
})

it('A3 complete-timing: writes the same rows, in as many transactions, known or not', async () => {
  const on = await box()
  await store(on, 'known')
  await settleArrivals(on.ports)
  const written = async (text: string) => {
    const before = await rowCounts(on)
    await store(on, text)
    const after = await rowCounts(on)
    return after.map(([table, rows], i) => `${table} +${rows - (before[i]?.[1] ?? 0)}`)
  }
  const shapes = [await written('known'), await written('never seen')]
  console.info(`A3 complete-timing: distinct sets of rows = ${new Set(shapes.map(String)).size}`)
  expect(shapes[0]).toEqual(shapes[1])
  expect(shapes[0]).toEqual(expect.arrayContaining(['blobs +1', 'versions +1', 'jobs +1']))
})

it('makes a version of the document that has the name, and nothing of equal content', async () => {
  const on = await box()
  const one = await store(on, 'draft', { name: 'plan.txt' })
  const two = await store(on, 'final', { name: 'plan.txt' })
  const again = await store(on, 'final', { name: 'plan.txt' })
  expect([two.documentId, two.version.number]).toEqual([one.documentId, 2])
  expect([again.unchanged, again.version.id, again.jobId]).toEqual([
    true,
    two.version.id,
    two.jobId,
  ])
  expect(await count(on, 'versions')).toBe(2)
})

it('asks, or keeps both, when that is wanted', async () => {
  const on = await box()
  await store(on, 'mine', { name: 'plan.tar.gz' })
  const asked = store(on, 'yours', { name: 'plan.tar.gz', onConflict: 'ask' })
  await expect(asked).rejects.toMatchObject({ code: 'conflict', reason: 'NAME_TAKEN' })
  await store(on, 'yours', { name: 'plan.tar.gz', onConflict: 'keep_both' })
  const names = await on.db.read.selectFrom('documents').select('name').orderBy('name').execute()
  expect(names.map((row) => row.name)).toEqual(['plan.tar (2).gz', 'plan.tar.gz'])
  expect(await files(on.blobs)).toHaveLength(2)
})

it('drops the own copy when the document came to the same content meanwhile', async () => {
  const on = await box()
  const staged = await Promise.all([1, 2].map(() => on.blobs.stage(bytesOf('race'))))
  const inputs = staged.map((each) => newVersion(on, each, { name: 'one name.txt' }))
  const begun = await Promise.all(inputs.map((input) => on.catalog.ingest.begin(input)))
  const paths = begun.map((each) => ('publishPath' in each ? each.publishPath : ''))
  await Promise.all(staged.map((each, i) => each.publish(paths[i] ?? '')))
  const done = []
  for (const [i, input] of inputs.entries()) {
    done.push(await on.catalog.ingest.finish(input, paths[i] ?? ''))
  }
  expect(done.map((each) => each.orphanPath)).toEqual([undefined, paths[1]])
  expect(await recover(on.ports)).toEqual({ intents: 0, reaped: 1, uploads: 0 })
  expect(await files(on.blobs)).toEqual([paths[0]])
  expect(await count(on, 'versions')).toBe(1)
})

it('leaves nothing of a publication that a crash cut before its commit', async () => {
  const on = await box()
  const staged = await on.blobs.stage(bytesOf('lost in time'))
  const begun = await on.catalog.ingest.begin(newVersion(on, staged))
  if (!('publishPath' in begun)) throw new Error('not fresh')
  await staged.publish(begun.publishPath)
  await on.blobs.stage(bytesOf('never named'))
  expect(await recover(on.ports)).toEqual({ intents: 1, reaped: 0, uploads: 0 })
  expect([await files(on.blobs), await count(on, 'blob_intents')]).toEqual([[], 0])
})

it('settles at the next start what a crash left between commit and settling', async () => {
  const on = await box()
  await store(on, 'twice')
  await store(on, 'twice')
  await recover(on.ports)
  expect(await files(on.blobs)).toHaveLength(1)
  expect((await steps(on)).sort()).toEqual([
    'link blocked',
    'link blocked',
    'probe queued',
    'probe replay queued',
  ])
})

it('unlinks at the next start what a crash left between settling and unlinking', async () => {
  const on = await box()
  await store(on, 'twice')
  await store(on, 'twice')
  const { orphanPaths } = await on.catalog.ingest.settle(9, 1)
  expect(orphanPaths).toHaveLength(1)
  expect(await files(on.blobs)).toHaveLength(2)
  expect(await recover(on.ports)).toEqual({ intents: 0, reaped: 1, uploads: 0 })
  expect(await files(on.blobs)).toHaveLength(1)
  expect(await count(on, 'versions')).toBe(2)
})

it('settles the same arrivals once, however many do it at once', async () => {
  const on = await box()
  await Promise.all(Array.from({ length: 20 }, () => store(on, 'all of a sudden')))
  await Promise.all([1, 2, 3].map(() => settleArrivals(on.ports)))
  expect(await files(on.blobs)).toHaveLength(1)
  expect((await steps(on)).filter((step) => step === 'probe queued')).toHaveLength(1)
  expect(await on.catalog.blobs.wrongCounts()).toEqual([])
  expect(await settleArrivals(on.ports)).toEqual([])
})

it('lets go of an arrival that was removed for good before it was settled', async () => {
  const on = await box()
  await store(on, 'a slip')
  await on.db.writer.deleteFrom('jobs').execute()
  await on.db.writer.deleteFrom('versions').execute()
  await settleArrivals(on.ports)
  expect(await steps(on)).toEqual([])
  await sqlCare(on.db).beat({ boot: 'test', ms: 0 })
  expect(await on.catalog.blobs.reap({ graceMs: 0, rounds: 1 }, 9)).toHaveLength(1)
})

it('leaves nothing staged, whether the bytes were new, known, or refused', async () => {
  const on = await box()
  await store(on, 'draft', { name: 'plan.txt' })
  await store(on, 'draft', { name: 'copy.txt' })
  const refused = store(on, 'other', { name: 'plan.txt', onConflict: 'ask' })
  await expect(refused).rejects.toMatchObject({ code: 'conflict' })
  await storeDerived(on.ports, bytesOf('derived'))
  expect(await readdir(join(on.root, 'staging'))).toEqual([])
})

it('keeps no bytes when the chapter goes away before the commit', async () => {
  const on = await box()
  const staged = await on.blobs.stage(bytesOf('homeless'))
  const input = newVersion(on, staged)
  const catalog = {
    ...on.catalog,
    ingest: {
      ...on.catalog.ingest,
      async finish(late: NewVersion, path: string) {
        await on.db.writer.deleteFrom('chapters').where('id', '=', late.chapterId).execute()
        return on.catalog.ingest.finish(late, path)
      },
    },
  } as unknown as Catalog
  const commit = commitStaged({ blobs: on.blobs, catalog }, staged, input)
  await expect(commit).rejects.toMatchObject({ code: 'not_found' })
  expect([await files(on.blobs), await count(on, 'blob_intents')]).toEqual([[], 0])
})

it('heals a damaged copy for all its pointers with the next upload of the content', async () => {
  const on = await box()
  const { version } = await store(on, 'fragile')
  await settleArrivals(on.ports)
  const damaged = await on.catalog.blobs.live(version.digest)
  await on.catalog.blobs.markDamaged(damaged?.id ?? 0)
  await store(on, 'fragile')
  await settleArrivals(on.ports)
  const healed = await on.catalog.blobs.live(version.digest)
  expect(healed).toMatchObject({ id: damaged?.id, refs: 2 })
  expect(await files(on.blobs)).toEqual([healed?.path])
  expect(healed?.path).not.toBe(damaged?.path)
})

it('takes a mail attachment once, however often its job runs', async () => {
  const on = await box()
  const mail = await store(on, 'mail')
  const parent = { versionId: mail.version.id, index: 0 }
  const first = await store(on, 'attached', { parent, name: 'a.txt' })
  const second = await store(on, 'attached', { parent, name: 'a.txt' })
  expect(second.version.id).toBe(first.version.id)
  expect(await count(on, 'versions')).toBe(2)
})

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

async function files(blobs: BlobStore): Promise<string[]> {
  const paths: string[] = []
  for await (const { path } of blobs.list()) paths.push(path)
  return paths
}

async function steps({ db }: Pick<SeededCatalog, 'db'>): Promise<string[]> {
  const columns = ['step', 'state', 'version_id', 'replay_id'] as const
  const rows = await db.read.selectFrom('jobs').select(columns).execute()
  const isReplay = (row: (typeof rows)[number]) => row.replay_id !== null && row.version_id === null
  return rows.map((row) => `${row.step} ${isReplay(row) ? 'replay ' : ''}${row.state}`)
}

const TABLES = [
  'blobs',
  'blob_intents',
  'blob_reaps',
  'documents',
  'versions',
  'jobs',
  'job_turns',
].concat(['events', 'audit', 'uploads']) as ('versions' | 'blob_intents')[]

const rowCounts = (on: Pick<SeededCatalog, 'db'>) =>
  Promise.all(TABLES.map(async (table) => [table, await count(on, table)] as const))

async function count(
  { db }: Pick<SeededCatalog, 'db'>,
  table: 'versions' | 'blob_intents',
): Promise<number> {
  const row = await db.read
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return row.n
}

function never(): never {
  throw new Error('nothing was settled')
}
