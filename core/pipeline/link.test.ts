import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { diskBlobStore } from '../../adapters/disk/blob-store.ts'
import { memoryVectorIndex } from '../../adapters/memory/vector-index.ts'
import { sqlCatalog } from '../../adapters/sql/catalog.ts'
import { manualClock } from '../../tests/manual-clock.ts'
import { newVersion, seededCatalog } from '../../tests/seeded-catalog.ts'
import { testKeys } from '../../tests/test-keys.ts'
import { tinySpace } from '../../tests/tiny-space.ts'
import { commitStaged } from '../ingest/commit-version.ts'
import { settleArrivals } from '../ingest/settle.ts'
import type { Job } from '../model/job.ts'
import type { Committed, Ports } from '../ports/index.ts'
import { linkStep } from './link.ts'

async function box() {
  const seed = await seededCatalog()
  const catalog = sqlCatalog(join(seed.root, 'catalog.sqlite'), testKeys)
  onTestFinished(() => catalog.close())
  const clock = manualClock(Date.now())
  const index = memoryVectorIndex()
  const blobs = await diskBlobStore(seed.root)
  const ports = { catalog, clock, blobs, index } as unknown as Ports
  const store = async (text: string) => {
    const staged = await blobs.stage(bytesOf(text))
    const input = newVersion(seed, staged, { name: 'plan.txt', now: clock.now() })
    const committed = await commitStaged(ports, staged, input)
    await settleArrivals(ports)
    const { digest } = committed.version
    await catalog.passages.replace(digest, [{ ordinal: 0, text, locator: {} }])
    const places = await catalog.passages.placesOf(digest)
    await index
      .of(tinySpace(1))
      .upsert(digest, [{ ordinal: 0, vector: Float32Array.of(1) }], places)
    return committed
  }
  const link = ({ version }: Committed) => {
    const job = { step: 'link', digest: version.digest, versionId: version.id } as Job
    const context = { signal: new AbortController().signal, progress() {} }
    return linkStep.run(ports, job, context)
  }
  const found = async () =>
    (await index.of(tinySpace(1)).query(Float32Array.of(1), [seed.first.chapterId], 9)).map(
      (row) => row.digest,
    )
  return { ...seed, catalog, store, link, found }
}

it('takes what a document said before out of the indexes, however often it runs', async () => {
  const on = await box()
  const draft = await on.store('draft')
  await on.link(draft)
  expect(await on.found()).toEqual([draft.version.digest])
  const final = await on.store('final')
  await on.link(final)
  await on.link(final)
  expect(await on.found()).toEqual([final.version.digest])
  expect(await on.catalog.passages.outdated('', 10)).toEqual({ digests: [] })
  const pointers = await on.catalog.passages.pointers([final.version.digest], 'all', {})
  expect(pointers.map((pointer) => pointer.documentId)).toEqual([final.documentId])
})

it('has nothing to do for a version that is gone', async () => {
  const on = await box()
  const { version, documentId } = await on.store('draft')
  const act = { traceId: 't', now: 1 }
  await on.catalog.library.trash('all', documentId, act)
  await on.catalog.library.purge('all', documentId, act)
  const late = on.link({ version } as Committed)
  await expect(late).rejects.toMatchObject({ code: 'not_found' })
})

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
