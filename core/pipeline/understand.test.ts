import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { childExtractor } from '../../adapters/child/extractor.ts'
import { diskBlobStore } from '../../adapters/disk/blob-store.ts'
import { memoryVectorIndex } from '../../adapters/memory/vector-index.ts'
import { sqlCatalog } from '../../adapters/sql/catalog.ts'
import { manualClock } from '../../tests/manual-clock.ts'
import { fixture } from '../../tests/open-file.ts'
import { newVersion, seededCatalog } from '../../tests/seeded-catalog.ts'
import { testKeys } from '../../tests/test-keys.ts'
import { commitStaged } from '../ingest/commit-version.ts'
import { settleArrivals } from '../ingest/settle.ts'
import type { Step } from '../model/job.ts'
import type { Ports } from '../ports/index.ts'
import { chunkStep } from './chunk.ts'
import { extractStep } from './extract.ts'
import { readExtraction } from './extraction.ts'
import { previewStep } from './preview.ts'
import { probeStep } from './probe.ts'

const STEPS = new Map([probeStep, extractStep, chunkStep, previewStep].map((s) => [s.step, s]))

/** Stores a file and runs the steps from its first look to its chunks. */
async function understand(name: string, bytes: Uint8Array) {
  const seed = await seededCatalog()
  const catalog = sqlCatalog(join(seed.root, 'catalog.sqlite'), testKeys)
  const ports = {
    catalog,
    blobs: await diskBlobStore(seed.root),
    clock: manualClock(Date.now()),
    index: memoryVectorIndex(),
    extractor: childExtractor({
      command: [process.execPath, join(import.meta.dirname, '../../worker/parse/main.ts')],
      limits: { memoryBytes: 700 * 1024 * 1024, cpuSeconds: 60, wallMs: 60_000 },
    }),
  } as unknown as Ports
  const staged = await ports.blobs.stage(once(bytes))
  await commitStaged(ports, staged, newVersion(seed, staged, { name, now: ports.clock.now() }))
  await settleArrivals(ports)
  const context = { signal: new AbortController().signal, progress: () => undefined }
  for (;;) {
    const job = await catalog.jobs.take('test', [...STEPS.keys()], 60_000, ports.clock.now())
    if (!job) break
    const result = await STEPS.get(job.step)?.run(ports, job, context)
    if (result) await catalog.jobs.finish(job.id, 'test', result, ports.clock.now())
  }
  const { digest } = staged
  const step = (name: Step) => catalog.derivations.get(digest, name)
  return { ports, catalog, digest, step }
}

async function* once(bytes: Uint8Array) {
  yield bytes
}

it('looks, reads, cuts and pictures a file, and keeps what it read', async () => {
  const on = await understand('no extension', await readFile(fixture('handbook.pdf')))
  expect(await on.step('probe')).toMatchObject({
    state: 'done',
    facts: { mediaType: 'application/pdf', kind: 'pdf' },
  })
  expect(await on.step('extract')).toMatchObject({
    state: 'done',
    coverage: { unit: 'page', done: 3, total: 3 },
    facts: { pageCount: 3, language: 'en', metadata: { title: 'Lighthouse handbook' } },
  })
  const { parts } = await readExtraction(on.ports, on.digest)
  expect(parts.map((part) => part.locator.page)).toEqual([1, 2, 3])
  const chunks = await on.catalog.passages.of(on.digest)
  expect(chunks.map((chunk) => chunk.locator)).toEqual([{ page: 1 }, { page: 2 }, { page: 3 }])
  const preview = await on.step('preview')
  const picture: Uint8Array[] = []
  for await (const chunk of on.ports.blobs.read(preview?.blobPath ?? '')) picture.push(chunk)
  expect(Buffer.concat(picture).subarray(8, 12).toString()).toBe('WEBP')
})

it('leaves the scanned pages of a file to those who read pictures, and accounts for its own', async () => {
  const on = await understand('log.pdf', await readFile(fixture('logbook.pdf')))
  expect(await on.step('extract')).toMatchObject({
    state: 'done',
    coverage: { unit: 'page', done: 3, total: 3, missing: [] },
    facts: { scannedPages: [2] },
  })
})

it('lists the attachments of a mail for whoever stores them', async () => {
  const on = await understand('oil.eml', await readFile(fixture('message.eml')))
  const facts = (await on.step('extract'))?.facts
  expect(facts?.attachments).toMatchObject([
    { name: 'stock.txt' },
    { name: 'öl prices.csv' },
    { name: 'attachment 3.eml' },
  ])
})

it('leaves a photo to those who read pictures, and pictures it all the same', async () => {
  const on = await understand('buoy', await readFile(fixture('buoy.jpg')))
  expect(await on.step('extract')).toMatchObject({
    state: 'done',
    facts: { metadata: { width: '40', height: '60' } },
  })
  expect(await on.step('chunk')).toBeUndefined()
  expect(await on.step('preview')).toMatchObject({ state: 'done' })
})

it('does not try to read what cannot have text', async () => {
  const on = await understand('firmware.bin', Buffer.from([0, 1, 2, 3, 0, 0, 255, 254, 0, 7]))
  expect(await on.step('probe')).toMatchObject({
    state: 'skipped',
    reason: 'NO_TEXT_IN_TYPE',
    coverage: { unit: 'file', done: 0, total: 1 },
  })
  expect(await on.step('extract')).toBeUndefined()
})

it('gives up on a locked file at once, and does not picture it', async () => {
  const on = await understand('locked.pdf', await readFile(fixture('password.pdf')))
  const verdict = { reason: 'PASSWORD_PROTECTED', message: expect.stringContaining('password') }
  expect(await on.step('extract')).toMatchObject({ state: 'failed', ...verdict })
  expect(await on.step('preview')).toMatchObject({ state: 'skipped', ...verdict })
})

it('says of an empty file that it is empty', async () => {
  const on = await understand('empty.txt', Buffer.alloc(0))
  expect(await on.step('probe')).toMatchObject({ state: 'skipped', reason: 'EMPTY_FILE' })
})
