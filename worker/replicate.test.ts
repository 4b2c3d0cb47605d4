import { expect, it } from 'vitest'
import { folderProvider } from '../adapters/folder/provider.ts'
import { pinoLog } from '../adapters/pino/log.ts'
import { systemClock } from '../adapters/system/clock.ts'
import { verify } from '../core/upkeep/verify.ts'
import { copiesWorld, flipBit } from '../tests/copies-world.ts'
import { eventually } from '../tests/flows/running-box.ts'
import { runReplication } from './replicate.ts'

it('fills a store while another is away, mends what is damaged, and stops when it is told', async () => {
  const on = await copiesWorld()
  const away = folderProvider({ name: 'away', path: '/nonexistent/folder' })
  await on.catalog.copies.enrol([])
  const { version } = await on.store('a plan')
  const stop = new AbortController()
  const running = runReplication(
    { ...on.ports, providers: [away, on.provider], clock: systemClock, log: silent },
    { ...on.options, lanes: 2, signal: stop.signal },
  )
  await eventually(async () => (await on.copies()).length === 1)
  await eventually(async () => {
    const figures = await on.catalog.copies.figures()
    const stored = figures.map(({ provider, stored, lastError }) => [provider, stored, lastError])
    return stored[0]?.[2] !== undefined && stored[1]?.[1] === 1
  })

  await flipBit(await on.pathOf(version.digest))
  await verify(on.ports)
  stop.abort()
  await running
  const again = new AbortController()
  const mending = runReplication(
    { ...on.ports, clock: systemClock, log: silent },
    { ...on.options, lanes: 1, signal: again.signal },
  )
  await eventually(() => on.catalog.blobs.live(version.digest))
  again.abort()
  await mending
  expect((await verify(on.ports)).flatMap((step) => step.problems)).toEqual([])
})

it('has nothing copied any more once no store is configured', async () => {
  const on = await copiesWorld()
  const ports = { ...on.ports, providers: [], clock: systemClock, log: silent }
  await runReplication(ports, { ...on.options, lanes: 1 })
  await on.store('a plan')
  expect(await on.catalog.copies.figures()).toEqual([])
})

const silent = pinoLog('test', 'silent')
