import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { diskRereader } from '../../adapters/disk/rereader.ts'
import { pinoLog } from '../../adapters/pino/log.ts'
import { copiesWorld, DAY_MS, flipBit } from '../../tests/copies-world.ts'
import type { Rereader } from '../ports/index.ts'
import { scrubDue, scrubState } from './scrub.ts'
import { verify } from './verify.ts'

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

it('gives a content back that was marked damaged and reads well', async () => {
  const on = await box()
  const { version } = await on.store('sound all the time')
  const blob = await on.catalog.blobs.live(version.digest)
  await on.catalog.blobs.markDamaged(blob?.id ?? 0)
  await on.pass(0)
  await on.pass(31)
  expect(await on.catalog.blobs.live(version.digest)).toEqual(blob)
})

it('marks nothing that could not be read once and can minutes later', async () => {
  const on = await box()
  const { version } = await on.store('on a mount that comes back')
  await on.store('always there')
  const path = await on.pathOf(version.digest)
  const sleep = on.clock.sleep
  on.clock.sleep = async (ms) => {
    expect(await on.catalog.copies.damaged()).toBe(0)
    await rename(`${path}.away`, path)
    await sleep(ms)
  }
  await rename(path, `${path}.away`)
  await on.pass(0)
  expect((await scrubState(on.ports))?.doubts).toMatchObject({ inARow: 1, rows: [{}] })
  expect((await on.pass(31))?.last).toMatchObject({ checked: 2, damaged: 0 })
  expect((await scrubState(on.ports))?.doubts).toEqual({ inARow: 0, rows: [] })
  expect(await on.catalog.blobs.live(version.digest)).toBeDefined()
})

it('stops with an alarm where three in a row cannot be read, and goes on when a person has looked', async () => {
  const on = await box()
  const paths: string[] = []
  for (let i = 0; i < 5; i++) {
    paths.push(await on.pathOf((await on.store(`content ${i}`)).version.digest))
  }
  for (const [i, path] of paths.entries()) await rename(path, join(on.root, `away-${i}`))
  await on.pass(0)
  await on.pass(31)
  expect(await on.catalog.copies.damaged()).toBe(0)
  expect(await on.catalog.care.alarms()).toMatchObject([{ kind: 'unreadable' }])
  expect(await on.catalog.blobs.mayRemove()).toBe(false)
  const looks = on.seen.length
  await on.pass(31)
  expect(on.seen).toHaveLength(looks)

  await verify(on.ports)
  expect(await on.catalog.copies.damaged()).toBe(0)
  expect(await on.catalog.care.alarms()).toMatchObject([{ kind: 'unreadable' }])
  for (const [i, path] of paths.entries()) await rename(join(on.root, `away-${i}`), path)
  await verify(on.ports)
  expect(await on.catalog.care.alarms()).toEqual([])
  expect((await on.pass(31))?.last).toMatchObject({ checked: 5, damaged: 0 })
})
