import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
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

/** A thousand in the full run; see docs/reliability.md. */
const FILES = Number(process.env.ONEFOLD_R4_FILES ?? 300)

function fill(on: WatchedShare, files: number, folder = '.'): void {
  mkdirSync(join(on.folder, folder), { recursive: true })
  for (let i = 0; i < files; i++) writeFileSync(join(on.folder, folder, `${i}.txt`), `file ${i}`)
}

const sources = async (on: WatchedShare) =>
  new Set((await documents(on)).map((document) => document.source))

it('R4 same file queued twice: events, scans and five restarts make one job a file', async () => {
  const on = await watchedShare()
  fill(on, FILES / 2, 'before')
  let watcher = start(on, { scanIntervalMs: 500 })
  await until('it has begun', async () => (await paths(on)).length > 10, 60_000)
  fill(on, FILES / 2, 'after')
  for (let restart = 0; restart < 5; restart++) {
    const at = (await paths(on)).length
    await watcher.stop()
    watcher = start(on, { scanIntervalMs: 500 })
    await until(
      'it goes on',
      async () => {
        const now = (await paths(on)).length
        return now === FILES || now > at
      },
      60_000,
    )
  }
  await until('all are there', async () => (await paths(on)).length === FILES, 300_000)
  await scanned(on)
  await scanned(on)
  const stored = await documents(on)
  expect([stored.length, stored.filter((each) => each.versions !== 1)]).toEqual([FILES, []])
  const jobs = Object.values(await on.ports.catalog.jobs.stats('all'))
  expect(jobs.reduce((sum, each) => sum + each, 0)).toBe(FILES)
  await settleArrivals(on.ports)
  const usage = await on.ports.catalog.blobs.usage()
  expect([usage.versions, usage.blobs]).toEqual([FILES, FILES / 2])
  expect(readdirSync(join(on.root, 'staging'))).toEqual([])
  const scans = on.lines.filter((line) => line.startsWith('A share was scanned'))
  expect(on.lines.length - scans.length).toBe(0)
}, 400_000)

it('R2 no events: a scan finds what nobody told of', async () => {
  const on = await watchedShare()
  start(on, { listens: false, scanIntervalMs: 200 })
  await until('it was scanned', async () => (await status(on))?.lastScanAt !== undefined)
  fill(on, 20, 'deep/down/below')
  await until('all are there', async () => (await paths(on)).length === 20)
  expect((await status(on))?.mode).toBe('scan')
})

it('takes what is in new folders inside new folders', async () => {
  const on = await watchedShare()
  start(on, { scanIntervalMs: 5_000 })
  await until('it listens', async () => (await status(on))?.mode === 'events')
  for (let i = 0; i < 60; i++)
    fill(
      on,
      1,
      Array(1 + (i % 6))
        .fill(`n${i}`)
        .join('/'),
    )
  await until('all are there', async () => (await paths(on)).length === 60, 60_000)
}, 90_000)

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
