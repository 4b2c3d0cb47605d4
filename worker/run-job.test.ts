import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { diskBlobStore } from '../adapters/disk/blob-store.ts'
import { memoryVectorIndex } from '../adapters/memory/vector-index.ts'
import { sqlCatalog } from '../adapters/sql/catalog.ts'
import { AppError, notFound } from '../core/errors.ts'
import { commitStaged } from '../core/ingest/commit-version.ts'
import { settleArrivals } from '../core/ingest/settle.ts'
import type { Step } from '../core/model/job.ts'
import type { StepContext, StepDefinition } from '../core/pipeline/step.ts'
import type { Catalog, Jobs, Log, Ports, StepResult } from '../core/ports/index.ts'
import { manualClock } from '../tests/manual-clock.ts'
import { newVersion, seededCatalog } from '../tests/seeded-catalog.ts'
import { testKeys } from '../tests/test-keys.ts'
import { runNext } from './loop.ts'

const DONE: StepResult = { state: 'done', facts: {}, next: [] }
const log = { info() {}, warn() {}, error() {}, child: () => log } as Log

async function box() {
  const seed = await seededCatalog()
  const catalog = sqlCatalog(join(seed.root, 'catalog.sqlite'), testKeys)
  onTestFinished(() => catalog.close())
  const clock = manualClock(Date.now())
  const blobs = await diskBlobStore(seed.root)
  const ports = { catalog, clock, blobs, log, index: memoryVectorIndex() } as unknown as Ports
  const store = async (text: string) => {
    const staged = await blobs.stage(bytesOf(text))
    const committed = await commitStaged(
      ports,
      staged,
      newVersion(seed, staged, { now: clock.now() }),
    )
    await settleArrivals(ports)
    return committed
  }
  const job = (step: Step) =>
    seed.db.read
      .selectFrom('jobs')
      .selectAll()
      .where('step', '=', step)
      .orderBy('created_at')
      .executeTakeFirst()
  return { ...seed, ports, clock, store, job }
}

/** Runs the next job with `run` as its first step; every other step does nothing. */
function work(
  ports: Ports,
  run: (context: StepContext) => Promise<StepResult>,
  signal = new AbortController().signal,
) {
  const step = (name: Step): StepDefinition => ({
    step: name,
    version: 1,
    priority: 1,
    lane: 'light',
    run: (_ports, _job, context) => run(context),
  })
  const options = { worker: 'w', leaseMs: 200, maxAttempts: 2, signal }
  return runNext(ports, new Map([['probe', step('probe')]]), options)
}

const withJobs = (ports: Ports, jobs: Partial<Jobs>): Ports => ({
  ...ports,
  catalog: { ...ports.catalog, jobs: { ...ports.catalog.jobs, ...jobs } } as Catalog,
})

it('gives a job back uncounted when the worker is stopped in the middle of it', async () => {
  const on = await box()
  await on.store('long')
  for (let stops = 0; stops < 5; stops++) {
    const stop = new AbortController()
    await work(
      on.ports,
      async ({ signal }) => {
        stop.abort()
        signal.throwIfAborted()
        return DONE
      },
      stop.signal,
    )
  }
  expect(await on.job('probe')).toMatchObject({ state: 'queued', attempts: 0, worker: null })
})

it('waits for room on the disk as long as it takes, and holds it against no file', async () => {
  const on = await box()
  await on.store('patient')
  const full = async () => {
    throw new AppError('storage_full', 'The disk is full.')
  }
  for (let tries = 0; tries < 5; tries++) {
    expect(await work(on.ports, full)).toBe(true)
    expect(await work(on.ports, full)).toBe(false)
    on.clock.advance(30_000)
  }
  await work(on.ports, async () => DONE)
  expect(await on.job('probe')).toMatchObject({ state: 'done', attempts: 1 })
})

it('writes a result that the catalog would not take, without doing the work again', async () => {
  const on = await box()
  await on.store('done once')
  let refusals = 3
  let runs = 0
  const ports = withJobs(on.ports, {
    async finish(...told) {
      if (refusals-- > 0) throw new AppError('storage_full', 'The disk is full.')
      return on.ports.catalog.jobs.finish(...told)
    },
  })
  await work(ports, async () => {
    runs++
    return DONE
  })
  expect([runs, await on.job('probe')]).toMatchObject([1, { state: 'done', attempts: 1 }])
})

it('keeps on working when a heartbeat is not written', async () => {
  const on = await box()
  await on.store('steady')
  const beats = Promise.withResolvers<void>()
  let count = 0
  const ports = withJobs(on.ports, {
    async heartbeat() {
      if (++count === 3) beats.resolve()
      throw new AppError('unavailable', 'The catalog is busy.')
    },
  })
  await work(ports, async ({ signal, progress }) => {
    progress(0.5)
    await beats.promise
    signal.throwIfAborted()
    return DONE
  })
  expect(await on.job('probe')).toMatchObject({ state: 'done' })
})

it('stops working when the lease is lost, and writes nothing', async () => {
  const on = await box()
  await on.store('lost')
  await work(on.ports, async ({ signal, progress }) => {
    await on.db.writer.updateTable('jobs').set({ worker: 'another' }).execute()
    progress(0.5)
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    signal.throwIfAborted()
    return DONE
  })
  expect(await on.job('probe')).toMatchObject({ state: 'running', worker: 'another' })
})

it('says that a content is lost that somebody still points to, and heals with the next upload', async () => {
  const on = await box()
  const { version } = await on.store('rotten')
  await on.db.writer.updateTable('blobs').set({ state: 'damaged' }).execute()
  await work(on.ports, async () => {
    throw notFound()
  })
  expect(await on.job('probe')).toMatchObject({ state: 'dead', error_reason: 'BLOB_MISSING' })

  expect((await on.store('rotten')).version.digest).toBe(version.digest)
  await work(on.ports, async () => DONE)
  expect(await on.job('probe')).toMatchObject({ state: 'done', error_reason: null })
})

it('drops a job whose document was removed for good', async () => {
  const on = await box()
  const { documentId } = await on.store('gone')
  const act = { traceId: 't', now: on.clock.now() }
  await on.ports.catalog.library.trash('all', documentId, act)
  await on.ports.catalog.library.purge('all', documentId, act)
  await work(on.ports, async () => {
    throw notFound()
  })
  expect(await on.job('probe')).toBeUndefined()
})

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
