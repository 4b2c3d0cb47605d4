import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { newTraceId } from '../../core/ids.ts'
import { SENTINEL } from '../../watcher/outage.ts'
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

const isRoot = process.getuid?.() === 0
const hasBindfs = existsSync('/usr/bin/bindfs') && existsSync('/dev/fuse')

function fill(folder: string, files: number): void {
  mkdirSync(folder, { recursive: true })
  for (let i = 0; i < files; i++) writeFileSync(join(folder, `${i}.txt`), `file ${i}`)
}

/** Watches until everything is stored. */
async function stored(on: WatchedShare, files: number) {
  const watcher = start(on, { scanIntervalMs: 200 })
  await until('all are there', async () => (await paths(on)).length === files, 60_000)
  await scanned(on)
  return watcher
}

const saysFrozen = (on: WatchedShare, words: string) =>
  until(
    `it is frozen: ${words}`,
    async () => (await status(on))?.frozenReason?.includes(words) ?? false,
    30_000,
  )

const isThawed = (on: WatchedShare) =>
  until('it is thawed', async () => {
    const now = await status(on)
    return now !== undefined && now.frozenReason === undefined && now.error === undefined
  })

const release = (on: WatchedShare) =>
  on.ports.catalog.shares.order(on.share.id, 'release', {
    userId: on.place.userId,
    traceId: newTraceId(),
    now: Date.now(),
  })

/** Every pointer is there, with one version, and its source counts as present. */
async function nothingIsLost(on: WatchedShare, files: number) {
  const found = await documents(on)
  const touched = found.filter((each) => each.versions !== 1 || each.source !== 'present')
  expect([found.length, touched, (await status(on))?.missing]).toEqual([files, [], 0])
}

async function nothingIsMissing(on: WatchedShare) {
  const isMissing = (await documents(on)).filter((each) => each.source !== 'present')
  expect(isMissing).toEqual([])
}

function mountTmpfs(folder: string): void {
  mkdirSync(folder, { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', 'onefold-test', folder])
  onTestFinished(() => unmount(folder))
}

/** Also one whose server is dead, and nothing when nothing is mounted. */
function unmount(folder: string): void {
  spawnSync('umount', ['-l', folder])
}

const isMounted = (folder: string): boolean => spawnSync('mountpoint', ['-q', folder]).status === 0

/** Whether this machine lets us mount. */
const mayMount = ((): boolean => {
  if (!isRoot) return false
  const folder = `/tmp/onefold-mount-${process.pid}`
  try {
    mkdirSync(folder)
    execFileSync('mount', ['-t', 'tmpfs', 'onefold-test', folder], { stdio: 'ignore' })
    execFileSync('umount', [folder])
    return true
  } catch {
    return false
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})()

it('R5 folder away: marks nothing, freezes, and goes on by itself when all is back', async () => {
  const on = await watchedShare()
  fill(on.folder, 5)
  await stored(on, 5)
  renameSync(on.folder, join(on.root, 'unmounted'))
  await saysFrozen(on, 'no folder')
  mkdirSync(on.folder) // an empty mount point
  await saysFrozen(on, 'empty')
  expect((await status(on))?.frozenAt).toBeGreaterThan(0)
  await nothingIsLost(on, 5)
  rmSync(on.folder, { recursive: true })
  renameSync(join(on.root, 'unmounted'), on.folder)
  await isThawed(on)
  writeFileSync(join(on.folder, 'new.txt'), 'new')
  await until('it goes on', async () => (await paths(on)).includes('new.txt'))
  await nothingIsLost(on, 6)
})

it.skipIf(!mayMount)(
  'R5 unmount, empty mount point, other device: 0 pointers touched',
  async () => {
    const on = await watchedShare()
    mountTmpfs(on.folder)
    fill(on.folder, 30)
    const watcher = await stored(on, 30)
    unmount(on.folder)
    await saysFrozen(on, 'empty')
    await nothingIsLost(on, 30)
    await watcher.stop()
    start(on, { scanIntervalMs: 200 }) // a restart forgets nothing
    await saysFrozen(on, 'empty')
    mountTmpfs(on.folder) // another device, with less on it and with what is none of the share
    fill(on.folder, 29)
    writeFileSync(join(on.folder, 'strange.txt'), 'of another share')
    await saysFrozen(on, 'not the one that was here before')
    await nothingIsLost(on, 30)
    writeFileSync(join(on.folder, '29.txt'), 'file 29')
    await isThawed(on)
    await until('it goes on', async () => (await paths(on)).includes('strange.txt'))
    await nothingIsLost(on, 31)
  },
)

it.skipIf(!mayMount)(
  'R5 unmount below the share: what was mounted there is not removed',
  async () => {
    const on = await watchedShare()
    fill(on.folder, 40)
    const below = join(on.folder, 'projects')
    mountTmpfs(below)
    fill(below, 3)
    await stored(on, 43)
    unmount(below)
    await saysFrozen(on, 'Nothing is mounted any more on projects/')
    writeFileSync(join(on.folder, 'new.txt'), 'new') // the share itself is there
    await until('it goes on', async () => (await paths(on)).includes('new.txt'))
    await nothingIsLost(on, 44)
    await release(on)
    await until('they are marked', async () => (await status(on))?.missing === 3)
    await isThawed(on)
  },
)

it.skipIf(!mayMount)('R5 unmount during a scan: 0 pointers touched', async () => {
  const on = await watchedShare()
  mountTmpfs(on.folder)
  for (const folder of ['a', 'b', 'c']) fill(join(on.folder, folder), 20)
  const watcher = await stored(on, 60)
  await watcher.stop()
  const { entries } = on.ports.catalog.shares
  let scans = 0
  on.ports.catalog.shares.entries = async (...asked) => {
    if (++scans === 1) unmount(on.folder)
    return entries(...asked)
  }
  start(on, { scanIntervalMs: 200 })
  await until('it is frozen', async () => (await status(on))?.frozenReason !== undefined)
  await nothingIsLost(on, 60)
})

it.skipIf(!(mayMount && hasBindfs))('R5 ENOTCONN: the server of a mount dies', async () => {
  const on = await watchedShare()
  const behind = join(on.root, 'behind')
  fill(behind, 12)
  const server = spawn('bindfs', ['-f', behind, on.folder], { stdio: 'ignore' })
  onTestFinished(() => {
    server.kill('SIGKILL')
    unmount(on.folder)
  })
  await until('it is mounted', () => isMounted(on.folder))
  await stored(on, 12)
  server.kill('SIGKILL')
  await saysFrozen(on, 'ENOTCONN')
  await nothingIsLost(on, 12)
})

it('R5 partial listing: half of the files vanish; frozen until a person releases it', async () => {
  const on = await watchedShare()
  fill(on.folder, 120)
  await stored(on, 120)
  const away = join(on.root, 'away')
  mkdirSync(away)
  const take = (from: string, to: string, names: readonly number[]) => {
    for (const i of names) renameSync(join(from, `${i}.txt`), join(to, `${i}.txt`))
  }
  const half = Array.from({ length: 60 }, (_, i) => i)
  take(on.folder, away, half)
  await saysFrozen(on, '60 of 120')
  const since = (await status(on))?.frozenAt
  writeFileSync(join(on.folder, 'new.txt'), 'new')
  await until('what comes is taken', async () => (await paths(on)).includes('new.txt'))
  await nothingIsLost(on, 121)
  take(away, on.folder, half.slice(5)) // not all of it
  await scanned(on)
  expect((await status(on))?.frozenAt).toBe(since)
  await nothingIsLost(on, 121)
  await release(on)
  await until('the rest is marked', async () => (await status(on))?.missing === 5)
  await isThawed(on)
  take(away, on.folder, half.slice(0, 5))
  await until('they are back', async () => (await status(on))?.missing === 0)
  await nothingIsLost(on, 121)
})

it('R5 partial listing, then away: a folder that comes back does not pass for a release', async () => {
  const on = await watchedShare()
  fill(on.folder, 60)
  const watcher = await stored(on, 60)
  for (let i = 0; i < 55; i++) rmSync(join(on.folder, `${i}.txt`))
  await saysFrozen(on, '55 of 60')
  renameSync(on.folder, join(on.root, 'unmounted'))
  await until('it is told', async () => (await status(on))?.error?.includes('no folder') ?? false)
  expect((await status(on))?.frozenReason).toMatch('55 of 60')
  await watcher.stop()
  start(on, { scanIntervalMs: 200 }) // a restart forgets nothing
  await until('it is told', async () => (await status(on))?.error?.includes('no folder') ?? false)
  fill(join(on.root, 'unmounted'), 50) // all but 5 are there again
  renameSync(join(on.root, 'unmounted'), on.folder)
  await scanned(on)
  await scanned(on)
  expect((await status(on))?.frozenReason).toMatch('55 of 60')
  await nothingIsMissing(on)
  await release(on)
  await until('the rest is marked', async () => (await status(on))?.missing === 5)
  await isThawed(on)
})

it('R5 missing sentinel: another folder in the place of a marked share is not looked at', async () => {
  const on = await watchedShare()
  fill(on.folder, 3)
  writeFileSync(join(on.folder, SENTINEL), '')
  await stored(on, 3)
  rmSync(join(on.folder, SENTINEL))
  for (let i = 0; i < 3; i++) rmSync(join(on.folder, `${i}.txt`))
  writeFileSync(join(on.folder, 'strange.txt'), 'of another share')
  await saysFrozen(on, SENTINEL)
  await nothingIsLost(on, 3)
  await release(on)
  await until('it is taken for the share', async () => (await paths(on)).includes('strange.txt'))
  await until('the others are marked', async () => (await status(on))?.missing === 3)
  await isThawed(on)
})
