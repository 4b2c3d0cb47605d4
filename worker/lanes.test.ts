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
  const store = async (text: string) => {
    const staged = await blobs.stage(bytesOf(text))
    await commitStaged(ports, staged, newVersion(seed, staged, { name: text, now: clock.now() }))
    await settleArrivals(ports)
    return staged.digest
  }
  return { ports, store }
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

it('lets no light lane take a heavy step, nor a heavy lane a light one', async () => {
  const step = (name: Step) =>
    definition(name, async () => ({ state: 'done', facts: {}, next: [] }))
  const steps = new Map([step('probe'), step('ocr'), step('link'), step('picture')])
  const [light, heavy] = laneGroups(steps, { lanes: 3, heavyLanes: 2 })
  expect([[...(light?.steps.keys() ?? [])], light?.lanes]).toEqual([['probe', 'link'], 3])
  expect([[...(heavy?.steps.keys() ?? [])], heavy?.lanes]).toEqual([['ocr', 'picture'], 2])
})
