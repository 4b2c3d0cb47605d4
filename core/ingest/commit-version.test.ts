import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { diskBlobStore } from '../../adapters/disk/blob-store.ts'
import { manualClock } from '../../tests/manual-clock.ts'
import { newVersion, type SeededCatalog, seededCatalog } from '../../tests/seeded-catalog.ts'
import type { BlobStore, Catalog, NewVersion } from '../ports/index.ts'
import { recover } from '../upkeep/recover.ts'
import { commitStaged } from './commit-version.ts'
import { storeDerived } from './store-derived.ts'

async function box() {
  const seed = await seededCatalog()
  const blobs = await diskBlobStore(seed.root)
  const ports = { blobs, catalog: seed.catalog as unknown as Catalog }
  return { ...seed, blobs, ports }
}

type Box = Awaited<ReturnType<typeof box>>

async function store(on: Box, text: string, change: Partial<NewVersion> = {}) {
  const staged = await on.blobs.stage(bytesOf(text))
  return commitStaged(on.ports, staged, newVersion(on, staged, change))
}

it('keeps one blob for five pointers and queues one first step', async () => {
  const on = await box()
  for (let i = 0; i < 5; i++) await store(on, 'the same words')
  expect(await files(on.blobs)).toHaveLength(1)
  expect(await count(on, 'versions')).toBe(5)
  const jobs = await on.db.read.selectFrom('jobs').select(['step', 'state']).execute()
  expect(jobs.filter((job) => job.step === 'probe')).toHaveLength(1)
  expect(jobs.filter((job) => job.step === 'link' && job.state === 'blocked')).toHaveLength(5)
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

it('points to the winner when two publish the same content at once, and drops the own copy', async () => {
  const on = await box()
  const staged = await Promise.all([1, 2].map(() => on.blobs.stage(bytesOf('race'))))
  const inputs = staged.map((each) => newVersion(on, each))
  const begun = await Promise.all(inputs.map((input) => on.catalog.ingest.begin(input)))
  const paths = begun.map((each) => ('publishPath' in each ? each.publishPath : ''))
  await Promise.all(staged.map((each, i) => each.publish(paths[i] ?? '')))
  const done = []
  for (const [i, input] of inputs.entries()) {
    done.push(await on.catalog.ingest.finish(input, paths[i] ?? ''))
  }
  expect(done.map((each) => each.orphanPath)).toEqual([undefined, paths[1]])
  expect(await recover(on.ports)).toEqual({ intents: 0, reaped: 1 })
  expect(await files(on.blobs)).toEqual([paths[0]])
  expect(await count(on, 'versions')).toBe(2)
})

it('leaves nothing of a publication that a crash cut before its commit', async () => {
  const on = await box()
  const staged = await on.blobs.stage(bytesOf('lost in time'))
  const begun = await on.catalog.ingest.begin(newVersion(on, staged))
  if (!('publishPath' in begun)) throw new Error('not fresh')
  await staged.publish(begun.publishPath)
  await on.blobs.stage(bytesOf('never named'))
  expect(await recover(on.ports)).toEqual({ intents: 1, reaped: 0 })
  expect([await files(on.blobs), await count(on, 'blob_intents')]).toEqual([[], 0])
})

it('leaves nothing staged, whether the bytes were new, known, or refused', async () => {
  const on = await box()
  await store(on, 'draft', { name: 'plan.txt' })
  await store(on, 'draft', { name: 'copy.txt' })
  const refused = store(on, 'other', { name: 'plan.txt', onConflict: 'ask' })
  await expect(refused).rejects.toMatchObject({ code: 'conflict' })
  await storeDerived({ ...on.ports, clock: manualClock() }, bytesOf('derived'))
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
  const damaged = await on.catalog.blobs.live(version.digest)
  await on.catalog.blobs.markDamaged(damaged?.id ?? 0)
  await store(on, 'fragile')
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
