import { expect, it } from 'vitest'
import { diskBlobStore } from '../../adapters/disk/blob-store.ts'
import { manualClock } from '../../tests/manual-clock.ts'
import { newVersion, seededCatalog } from '../../tests/seeded-catalog.ts'
import { newId, newTraceId } from '../ids.ts'
import type { BlobStore, Catalog, NewVersion, StagedBlob, UploadRow } from '../ports/index.ts'
import { recover } from '../upkeep/recover.ts'
import { commitStaged } from './commit-version.ts'
import { versionOfUpload } from './version-of-upload.ts'

async function box() {
  const seed = await seededCatalog()
  const blobs = await diskBlobStore(seed.root)
  const clock = manualClock()
  const ports = { blobs, catalog: seed.catalog as unknown as Catalog, clock }
  const { writer } = seed.db
  const transaction = writer.transaction.bind(writer)
  let transactions = 0
  writer.transaction = () => {
    transactions++
    return transaction()
  }
  const stage = (text: string) => blobs.stage(bytesOf(text))
  return { ...seed, blobs, ports, stage, transactions: () => transactions }
}

type Box = Awaited<ReturnType<typeof box>>

const texts = (count: number) => Array.from({ length: count }, (_, index) => `file ${index}`)

const storeAll = (on: Box, staged: readonly StagedBlob[], change: Partial<NewVersion>[] = []) =>
  Promise.allSettled(
    staged.map((each, i) => commitStaged(on.ports, each, newVersion(on, each, change[i]))),
  )

it('stores twelve that come together in far fewer than the 24 transactions of twelve alone', async () => {
  const on = await box()
  const staged = await Promise.all(texts(12).map(on.stage))
  const stored = await storeAll(on, staged)
  expect(stored.every(({ status }) => status === 'fulfilled')).toBe(true)
  expect(on.transactions()).toBeLessThan(12)
  expect(await files(on.blobs)).toHaveLength(12)
  expect(await count(on, 'versions')).toBe(12)
  expect(await count(on, 'blob_intents')).toBe(0)
})

it('refuses one of a company alone: the others are stored, and nothing of it is left', async () => {
  const on = await box()
  const [first, ...staged] = await Promise.all(texts(9).map(on.stage))
  await storeAll(on, first ? [first] : [], [{ name: 'plan.txt' }])
  const asking = { name: 'plan.txt', onConflict: 'ask' } as const
  const gone = { chapterId: newId() }
  const stored = await storeAll(on, staged, [{}, asking, {}, gone])
  expect(stored.map((each) => (each.status === 'rejected' ? each.reason.code : 'stored'))).toEqual([
    'stored',
    'conflict',
    'stored',
    'not_found',
    'stored',
    'stored',
    'stored',
    'stored',
  ])
  expect(await files(on.blobs)).toHaveLength(7)
  expect(await count(on, 'versions')).toBe(7)
  expect(await count(on, 'blob_intents')).toBe(0)
})

it('recovers from a crash between the publications of a company and their commit', async () => {
  const on = await box()
  const staged = await Promise.all(texts(8).map(on.stage))
  const begun = await Promise.all(
    staged.map((each) => on.catalog.ingest.begin(newVersion(on, each))),
  )
  await Promise.all(
    staged.map(async (each, i) => {
      const intent = begun[i]
      if (intent && 'publishPath' in intent) await each.publish(intent.publishPath)
    }),
  )
  expect(await files(on.blobs)).toHaveLength(8)
  expect(await recover(on.ports)).toEqual({ intents: 8, reaped: 0, uploads: 0 })
  expect([await files(on.blobs), await count(on, 'blob_intents')]).toEqual([[], 0])
})

it('commits what was requested with its digest in one transaction after its bytes', async () => {
  const on = await box()
  const { staged, upload } = await requested(on, 'as declared')
  expect(await count(on, 'blob_intents')).toBe(1)
  const before = on.transactions()
  await commitStaged(on.ports, staged, versionOfUpload(upload, staged, Date.now()))
  expect(on.transactions() - before).toBe(1)
  expect(await files(on.blobs)).toHaveLength(1)
  expect(await count(on, 'blob_intents')).toBe(0)
})

it('uses the path of a request once: who fails and comes again publishes at another', async () => {
  const on = await box()
  const { staged, upload } = await requested(on, 'as declared')
  const input = versionOfUpload(upload, staged, Date.now())
  const lost = { ...input, chapterId: newId() }
  await expect(commitStaged(on.ports, staged, lost)).rejects.toMatchObject({ code: 'not_found' })
  expect([await files(on.blobs), await count(on, 'blob_intents')]).toEqual([[], 0])
  await commitStaged(on.ports, await on.stage('as declared'), input)
  expect(await files(on.blobs)).toHaveLength(1)
})

it('gives up what was requested and published when the box crashed before the commit', async () => {
  const on = await box()
  const { staged, upload } = await requested(on, 'as declared')
  const begun = await on.catalog.ingest.begin(versionOfUpload(upload, staged, Date.now()))
  if (!('publishPath' in begun)) throw new Error('not fresh')
  await staged.publish(begun.publishPath)
  await recover(on.ports)
  expect([await files(on.blobs), await count(on, 'blob_intents')]).toEqual([[], 0])
  const again = on.catalog.ingest.finish(
    versionOfUpload(upload, staged, Date.now()),
    begun.publishPath,
  )
  await expect(again).rejects.toMatchObject({ reason: 'INTENT_GONE' })
})

async function requested(on: Box, text: string) {
  const staged = await on.stage(text)
  const now = Date.now()
  const upload: UploadRow = {
    id: newId(),
    userId: on.userId,
    chapterId: on.first.chapterId,
    folder: '',
    name: 'a.txt',
    onConflict: 'version',
    declaredDigest: staged.digest,
    declaredSize: staged.sizeBytes,
    status: 'UPLOAD_PENDING',
    traceId: newTraceId(),
    createdAt: now,
    updatedAt: now,
  }
  const url = { tokenHash: 'a', urlExpiresAt: now + 1000 }
  const [opened] = await on.catalog.uploads.open([{ upload, isNew: true, ...url, now }])
  if (!opened || opened instanceof Error) throw new Error('not opened')
  return { staged, upload: opened }
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

async function files(blobs: BlobStore): Promise<string[]> {
  const paths: string[] = []
  for await (const { path } of blobs.list()) paths.push(path)
  return paths
}

async function count({ db }: Box, table: 'versions' | 'blob_intents'): Promise<number> {
  const row = await db.read
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return row.count
}
