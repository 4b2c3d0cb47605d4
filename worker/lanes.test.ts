import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { diskBlobStore } from '../adapters/disk/blob-store.ts'
import { memoryVectorIndex } from '../adapters/memory/vector-index.ts'
import { sqlCatalog } from '../adapters/sql/catalog.ts'
import { systemClock } from '../adapters/system/clock.ts'
import { commitStaged } from '../core/ingest/commit-version.ts'
import { settleArrivals } from '../core/ingest/settle.ts'
import { laneOf, type Step } from '../core/model/job.ts'
import { queued, rowOf } from '../core/pipeline/order.ts'
import type { StepDefinition } from '../core/pipeline/step.ts'
import type { Log, Ports } from '../core/ports/index.ts'
import { newVersion, seededCatalog } from '../tests/seeded-catalog.ts'
import { testKeys } from '../tests/test-keys.ts'
import { laneGroups } from './lanes.ts'
import { runWorker } from './loop.ts'

const log = { info() {}, warn() {}, error() {}, child: () => log } as Log
const SCANS = 40
const SCAN_BYTES = 300_000
const LANES = { lanes: 1, heavyLanes: 1 }

async function* bytesOf(text: string) {
  yield Buffer.from(text)
}

async function box() {
  const seed = await seededCatalog()
  const catalog = sqlCatalog(join(seed.root, 'catalog.sqlite'), testKeys)
  onTestFinished(() => catalog.close())
  const blobs = await diskBlobStore(seed.root)
  const clock = systemClock
  const ports = { catalog, clock, blobs, log, index: memoryVectorIndex() } as unknown as Ports
  const arrive = async (text: string) => {
    const staged = await blobs.stage(bytesOf(text))
    const name = text.slice(0, 20)
    await commitStaged(ports, staged, newVersion(seed, staged, { name, now: clock.now() }))
    return staged.digest
  }
  const store = async (text: string) => {
    const digest = await arrive(text)
    await settleArrivals(ports)
    return digest
  }
  return { ports, arrive, store }
}

const definition = (step: Step, run: StepDefinition['run']): [Step, StepDefinition] => [
  step,
  { step, version: 1, priority: rowOf(step)?.priority ?? 1, lane: laneOf(step), run },
]

it('R8: a queue full of scans does not keep a text waiting', async () => {
  const { ports, store } = await box()
  const scans = new Set<string>()
  for (let n = 0; n < SCANS; n++) scans.add(await store(`scan ${n}`))
  const begun = Promise.withResolvers<void>()
  const read = Promise.withResolvers<void>()
  const stop = new AbortController()
  let heavy = 0
  const steps = new Map([
    definition('probe', async (_, { digest }) => {
      const row = rowOf(scans.has(digest) ? 'ocr' : 'extract')
      return { state: 'done', facts: {}, next: row ? [queued(row)] : [] }
    }),
    definition('ocr', async (_, _job, { signal }) => {
      heavy++
      begun.resolve()
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      signal.throwIfAborted()
      return { state: 'done', facts: {}, next: [] }
    }),
    definition('extract', async () => {
      read.resolve()
      return { state: 'done', facts: {}, next: [] }
    }),
  ])
  const options = { worker: 'w', leaseMs: 60_000, maxAttempts: 5, ...LANES }
  const { signal } = stop
  const working = runWorker(ports, steps, { ...options, signal, alarm: { ring() {} } })
  await begun.promise
  await store('a text')
  await read.promise
  stop.abort()
  await working
  expect(heavy).toBe(1)
})

it('R8: a small text that is dropped behind fifty scans is read before any of them', async () => {
  const { ports, arrive, store } = await box()
  for (let n = 0; n < 50; n++) await arrive(`scan ${n} ${'.'.repeat(SCAN_BYTES)}`)
  const text = await store('a text')
  const stop = new AbortController()
  const done: string[] = []
  const note = (step: Step, next: readonly Step[]) =>
    definition(step, async (_, { digest }) => {
      done.push(digest === text ? `${step} of the text` : step)
      if (digest === text && next.length === 0) stop.abort()
      const rows = next.flatMap((each) => rowOf(each) ?? [])
      return { state: 'done', facts: {}, next: rows.map(queued) }
    })
  const steps = new Map([
    note('probe', ['extract']),
    note('extract', ['chunk']),
    note('chunk', ['embed']),
    note('embed', ['index']),
    note('index', []),
  ])
  const options = { worker: 'w', leaseMs: 60_000, maxAttempts: 5, ...LANES }
  await runWorker(ports, steps, { ...options, signal: stop.signal, alarm: { ring() {} } })
  const ofText = ['probe', 'extract', 'chunk', 'embed', 'index'].map(
    (step) => `${step} of the text`,
  )
  expect(done).toEqual(ofText)
})

it('lets no light lane take a heavy step, nor a heavy lane a light one', async () => {
  const step = (name: Step) =>
    definition(name, async () => ({ state: 'done', facts: {}, next: [] }))
  const steps = new Map([step('probe'), step('ocr'), step('link'), step('picture')])
  const [light, heavy] = laneGroups(steps, { lanes: 3, heavyLanes: 2 })
  expect([[...(light?.steps.keys() ?? [])], light?.lanes]).toEqual([['probe', 'link'], 3])
  expect([[...(heavy?.steps.keys() ?? [])], heavy?.lanes]).toEqual([['ocr', 'picture'], 2])
})
