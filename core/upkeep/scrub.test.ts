import { rm } from 'node:fs/promises'
import { expect, it, onTestFinished } from 'vitest'
import { diskRereader } from '../../adapters/disk/rereader.ts'
import { pinoLog } from '../../adapters/pino/log.ts'
import { copiesWorld, DAY_MS, flipBit } from '../../tests/copies-world.ts'
import type { Rereader } from '../ports/index.ts'
import { scrubDue, scrubState } from './scrub.ts'

const MONTH = { days: 30 }
const { signal } = new AbortController()

async function box(load = 0) {
  const on = await copiesWorld()
  const rereader = diskRereader(on.root, 1e9)
  onTestFinished(() => rereader.close())
  const seen: string[] = []
  const watched: Rereader = {
    ...rereader,
    digestOf(path) {
      seen.push(path)
      return rereader.digestOf(path)
    },
    load: async () => load,
  }
  const ports = { ...on.ports, log: pinoLog('test', 'silent'), rereader: watched }
  const { care } = on.catalog
  const pass = async (days: number) => {
    on.clock.advance(days * DAY_MS)
    await care.beat({ boot: on.clock.boot(), ms: on.clock.monotonic() })
    return scrubDue(ports, MONTH, signal)
  }
  await care.beat({ boot: on.clock.boot(), ms: on.clock.monotonic() })
  return { ...on, ports, pass, seen }
}

it('B8 bitrot-scrub: finds every flipped bit, serves none of them, and heals from what comes next', async () => {
  const on = await box()
  const versions = []
  for (let i = 0; i < 24; i++) versions.push((await on.store(`content ${i}`)).version)
  const bad = versions.filter((_, i) => i % 3 === 0)
  for (const { digest } of bad) await flipBit(await on.pathOf(digest))
  const [, gone] = versions
  if (gone) await rm(await on.pathOf(gone.digest), { force: true })

  await on.pass(0)
  const state = await on.pass(31)
  expect(state?.last).toMatchObject({ checked: 24, damaged: bad.length + 1 })
  for (const { digest } of bad) expect(await on.catalog.blobs.live(digest)).toBeUndefined()

  for (let i = 0; i < 24; i++) await on.store(`content ${i}`)
  expect(await on.catalog.copies.damaged()).toBe(0)
  expect((await on.pass(31))?.last).toMatchObject({ damaged: 0, checked: 24 })
})

it('reads a thirtieth a day, and goes on after a restart where it stopped', async () => {
  const on = await box()
  for (let i = 0; i < 30; i++) await on.store(`content no ${String(i).padStart(2, '0')}`)
  await on.pass(0)
  expect(on.seen).toHaveLength(1)
  await on.pass(10)
  expect(on.seen).toHaveLength(11)
  const stopped = await scrubState(on.ports)
  expect(stopped).toMatchObject({ checked: 11, bytesTotal: 390 })
  await on.pass(20)
  expect(new Set(on.seen).size).toBe(30)
  expect(on.seen).toHaveLength(30)
  expect((await on.pass(1))?.last).toMatchObject({ checked: 30 })
})

it('waits while the machine is busy, but never longer than a day', async () => {
  const on = await box(1)
  for (let i = 0; i < 30; i++) await on.store(`content no ${String(i).padStart(2, '0')}`)
  await on.pass(0)
  expect(on.seen).toHaveLength(0)
  await on.pass(0.9)
  expect(on.seen).toHaveLength(0)
  await on.pass(1)
  expect(on.seen).toHaveLength(1)
})
