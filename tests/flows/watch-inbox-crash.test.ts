import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { AppError } from '../../core/errors.ts'
import { recover } from '../../core/upkeep/recover.ts'
import {
  contents,
  documents,
  start,
  until,
  type WatchedShare,
  watchedShare,
} from './watched-share.ts'

const NAMES = ['a.txt', 'b.txt', 'c.txt']
const CHILD = join(import.meta.dirname, 'inbox-crash.ts')

/** Files of the share and of `done`, by content. */
function sources({ folder }: WatchedShare): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .filter((text) => text !== '')
    .sort()
}

const waiting = ({ folder }: WatchedShare): string[] =>
  readdirSync(folder).filter((name) => name !== 'done')

/** Lets a watcher of its own process run until it kills itself at `point`. */
async function crashAt({ root }: WatchedShare, point: string): Promise<void> {
  const child = spawn(process.execPath, [CHILD, root, point], { stdio: 'inherit' })
  const [, signal] = await once(child, 'exit')
  expect(signal).toBe('SIGKILL')
}

it.each(['published', 'committed', 'reading', 'read', 'moved'])(
  'R6 source-or-blob: a kill when a file of an inbox is %s loses nothing and doubles nothing',
  async (point) => {
    const on = await watchedShare({ mode: 'inbox', settleMs: 0 })
    for (const name of NAMES) writeFileSync(join(on.folder, name), name)
    await crashAt(on, point)
    expect(sources(on)).toEqual(NAMES)
    await recover(on.ports)
    start(on, { scanIntervalMs: 200, lateMs: 2_000 })
    await until('all were moved', () => waiting(on).length === 0, 60_000)
    await until(
      'their records are gone',
      async () => (await on.ports.catalog.shares.entries(on.share.id, { limit: 9 })).length === 0,
      60_000,
    )
    expect(sources(on)).toEqual(NAMES)
    expect(await documents(on)).toEqual(
      NAMES.map((path) => ({ path, versions: 1, source: undefined })),
    )
    for (const name of NAMES) expect(await contents(on, name)).toEqual([name])
  },
)

it('R6 source-or-blob: a full disk, a read-only catalog and a store that lies keep the file', async () => {
  const on = await watchedShare({ mode: 'inbox', settleMs: 0 })
  writeFileSync(join(on.folder, 'a.txt'), 'precious')
  const { blobs, catalog } = on.ports
  const full = async () => {
    throw new AppError('storage_full', 'full')
  }
  const readOnly = async () => {
    throw Object.assign(new Error('readonly database'), { code: 'SQLITE_READONLY' })
  }
  const lie = async function* () {
    yield Buffer.from('not what was stored')
  }
  const isFailed = async () => (await catalog.shares.counts(on.share.id)).failed === 1
  for (const [mishapOf, isTold] of [
    [() => failing(blobs, 'stageCopy', full), () => true],
    [() => failing(catalog.ingest, 'finish', readOnly), () => true],
    [() => failing(blobs, 'read', lie), isFailed],
  ] as const) {
    const mishap = mishapOf()
    const run = start(on, { scanIntervalMs: 100 })
    await until('it failed', async () => mishap.wasMet() && (await isTold()))
    await run.stop()
    mishap.mend()
    expect(readFileSync(join(on.folder, 'a.txt'), 'utf8')).toBe('precious')
    expect(existsSync(join(on.folder, 'done'))).toBe(false)
  }
  const [entry] = await catalog.shares.entries(on.share.id, { limit: 1 })
  expect(entry).toMatchObject({ state: 'failed', reason: 'NOT_READ_BACK' })
  expect(await contents(on, 'a.txt')).toEqual(['precious'])
})

/** Puts `instead` in the place of a method, until it is mended. */
function failing<T extends object, K extends keyof T>(
  owner: T,
  name: K,
  instead: T[K] & (() => unknown),
) {
  const whole = owner[name]
  let met = 0
  const counting = () => {
    met++
    return instead()
  }
  owner[name] = counting as T[K]
  return {
    wasMet: () => met > 0,
    mend() {
      owner[name] = whole
    },
  }
}
