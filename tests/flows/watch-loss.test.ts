import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { settleArrivals } from '../../core/ingest/settle.ts'
import {
  documents,
  paths,
  scanned,
  start,
  status,
  until,
  type WatchedShare,
  watchedShare,
} from './watched-share.ts'

function fill(on: WatchedShare, files: number, folder = '.'): void {
  mkdirSync(join(on.folder, folder), { recursive: true })
  for (let i = 0; i < files; i++) writeFileSync(join(on.folder, folder, `${i}.txt`), `file ${i}`)
}

const sources = async (on: WatchedShare) =>
  new Set((await documents(on)).map((document) => document.source))

it('stores a thousand files once, through events, scans and restarts', async () => {
  const on = await watchedShare()
  fill(on, 500, 'before')
  let watcher = start(on, { scanIntervalMs: 500 })
  await until('it has begun', async () => (await paths(on)).length > 50)
  fill(on, 500, 'after')
  for (let restart = 0; restart < 5; restart++) {
    const at = (await paths(on)).length
    await watcher.stop()
    watcher = start(on, { scanIntervalMs: 500 })
    await until('it goes on', async () => {
      const now = (await paths(on)).length
      return now === 1_000 || now > at
    })
  }
  await until('all are there', async () => (await paths(on)).length === 1_000, 40_000)
  await scanned(on)
  await scanned(on)
  const stored = await documents(on)
  expect([stored.length, stored.filter((each) => each.versions !== 1)]).toEqual([1_000, []])
  await settleArrivals(on.ports)
  const usage = await on.ports.catalog.blobs.usage()
  expect([usage.versions, usage.blobs]).toEqual([1_000, 500])
  expect(readdirSync(join(on.root, 'staging'))).toEqual([])
  const scans = on.lines.filter((line) => line.startsWith('A share was scanned'))
  expect(on.lines.length - scans.length).toBe(0)
})

it('finds by scanning what no event told of', async () => {
  const on = await watchedShare()
  start(on, { listens: false, scanIntervalMs: 200 })
  await until('it was scanned', async () => (await status(on))?.lastScanAt !== undefined)
  fill(on, 20, 'deep/down/below')
  await until('all are there', async () => (await paths(on)).length === 20)
  expect((await status(on))?.mode).toBe('scan')
})

it('takes what is in new folders inside new folders', async () => {
  const on = await watchedShare()
  start(on)
  await until('it listens', async () => (await status(on))?.mode === 'events')
  for (let i = 0; i < 60; i++)
    fill(
      on,
      1,
      Array(1 + (i % 6))
        .fill(`n${i}`)
        .join('/'),
    )
  await until('all are there', async () => (await paths(on)).length === 60)
})

it('marks nothing as missing when the folder is away, and goes on when it is back', async () => {
  const on = await watchedShare()
  fill(on, 5)
  start(on, { scanIntervalMs: 200 })
  await until('all are there', async () => (await paths(on)).length === 5)
  await scanned(on)
  renameSync(on.folder, join(on.root, 'unmounted'))
  await until('it says so', async () => (await status(on))?.error?.includes('no folder') ?? false)
  mkdirSync(on.folder) // an empty mount point
  await until('it says so', async () => (await status(on))?.error?.includes('empty') ?? false)
  await scanned(on)
  expect([(await status(on))?.missing, await sources(on)]).toEqual([0, new Set(['present'])])
  rmSync(on.folder, { recursive: true })
  renameSync(join(on.root, 'unmounted'), on.folder)
  await until('all is well', async () => (await status(on))?.error === undefined)
  writeFileSync(join(on.folder, 'new.txt'), 'new')
  await until('it goes on', async () => (await paths(on)).includes('new.txt'))
  expect((await documents(on)).every((document) => document.versions === 1)).toBe(true)
})

it('marks nothing as missing when most files disappear at once', async () => {
  const on = await watchedShare()
  fill(on, 30)
  start(on, { scanIntervalMs: 200 })
  await until('all are there', async () => (await paths(on)).length === 30)
  await scanned(on)
  const away = join(on.root, 'away')
  mkdirSync(away)
  for (let i = 0; i < 16; i++) renameSync(join(on.folder, `${i}.txt`), join(away, `${i}.txt`))
  await until('it says so', async () => (await status(on))?.error?.startsWith('16 of 30') ?? false)
  await scanned(on)
  expect(await sources(on)).toEqual(new Set(['present']))
  for (let i = 0; i < 3; i++) renameSync(join(away, `${i}.txt`), join(on.folder, `${i}.txt`))
  await until('the rest is marked', async () => (await status(on))?.missing === 13)
  expect((await status(on))?.error).toBeUndefined()
})

it('follows shares that are added, changed, switched off and removed', async () => {
  const on = await watchedShare({ enabled: false })
  fill(on, 2)
  start(on, { scanIntervalMs: 300 })
  const { shares } = on.ports.catalog
  await shares.put({ ...on.share, enabled: true, exclude: ['1.txt'] })
  await until('one is there', async () => (await paths(on)).length === 1)
  await shares.put({ ...on.share, enabled: true })
  await until('both are there', async () => (await paths(on)).length === 2)
  await shares.remove(on.share.id)
  await until('it let go', async () => (await sources(on)).has(undefined))
  await shares.put({ ...on.share, enabled: true })
  await until('it found them again', async () => (await sources(on)).has('present'))
  await scanned(on)
  expect(await documents(on)).toEqual([
    { path: '0.txt', versions: 1, source: 'present' },
    { path: '1.txt', versions: 1, source: 'present' },
  ])
})
