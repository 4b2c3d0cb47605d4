import { spawnSync } from 'node:child_process'
import { hostname } from 'node:os'
import { expect, it } from 'vitest'
import type { Digest } from '../core/digest.ts'
import type { Ports } from '../core/ports/index.ts'
import { commitContent } from '../tests/commit-content.ts'
import { manualClock } from '../tests/manual-clock.ts'
import { newVersion, seededCatalog } from '../tests/seeded-catalog.ts'
import { releaseDead } from './release-dead.ts'

const log = { info() {}, warn() {}, error() {}, child: () => log }
const LEASE_MS = 60_000

async function leasedBy(worker: string) {
  const on = await seededCatalog()
  const clock = manualClock()
  const digest = 'd'.repeat(64) as Digest
  const input = newVersion(on, { digest, sizeBytes: 1 }, { now: clock.now() })
  await commitContent(on.catalog.ingest, input)
  const take = (name: string) => on.catalog.jobs.take(name, ['probe'], LEASE_MS, clock.now())
  await take(worker)
  const ports = { catalog: on.catalog, clock, log } as unknown as Ports
  return { ports, take }
}

/** The number of a process that has ended. */
const deadPid = () => spawnSync('true').pid

it('gives the jobs of a killed worker of this machine back at once, the attempt counted', async () => {
  const { ports, take } = await leasedBy(`${hostname()}:${deadPid()}:its-id:0`)
  expect(await take('me:0')).toBeUndefined()
  expect(await releaseDead(ports, `${hostname()}:${process.pid}:my-id`)).toBe(1)
  expect(await take('me:0')).toMatchObject({ step: 'probe', attempts: 2 })
})

it('knows a killed worker by its own number, when every worker has the same', async () => {
  const { ports } = await leasedBy(`${hostname()}:${process.pid}:its-id:0`)
  expect(await releaseDead(ports, `${hostname()}:${process.pid}:my-id`)).toBe(1)
})

it.each([
  ['one that runs', `${hostname()}:${process.ppid}:its-id:0`],
  ['one of another machine', `elsewhere:${deadPid()}:its-id:0`],
  ['its own', `${hostname()}:${process.pid}:my-id:0`],
])('leaves the jobs of %s alone', async (_, worker) => {
  const { ports, take } = await leasedBy(worker)
  expect(await releaseDead(ports, `${hostname()}:${process.pid}:my-id`)).toBe(0)
  expect(await take('me:0')).toBeUndefined()
})
