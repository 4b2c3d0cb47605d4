import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { contents, documents, start, status, until, watchedShare } from './watched-share.ts'

type On = Awaited<ReturnType<typeof watchedShare>>

const FIRST = 'x'.repeat(6_000)
const REST = 'y'.repeat(6_000)

/** Files in `done`, with folders and without the date, and what is in them. */
function inDone({ folder }: On): Record<string, string> {
  const done = join(folder, 'done')
  if (!existsSync(done)) return {}
  const files = readdirSync(done, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).length > 0)
  return Object.fromEntries(
    files.map((file) => [
      file.slice(done.length + '/2026-11-21/'.length),
      readFileSync(file, 'utf8'),
    ]),
  )
}

/** Somebody who writes half a file, pauses and keeps it open. */
function slowWriter(on: On, path: string) {
  const file = join(on.folder, path)
  mkdirSync(dirname(file), { recursive: true })
  const fd = openSync(file, 'w')
  onTestFinished(() => closeSync(fd))
  writeSync(fd, FIRST)
  return { goOn: () => writeSync(fd, REST) }
}

const newest = async (on: On, name: string) => (await contents(on, name)).at(-1)

it('R6 source-or-blob: a writer that pauses for longer than the delay is waited for after the move', async () => {
  const on = await watchedShare({ mode: 'inbox' })
  start(on, { scanIntervalMs: 60_000 })
  const writer = slowWriter(on, 'roof/plan.txt')
  await until('half of it was moved', () => inDone(on)['roof/plan.txt'] === FIRST)
  writer.goOn()
  await until('all is stored', async () => (await newest(on, 'plan.txt')) === FIRST + REST, 60_000)
  await until('all was moved', () => inDone(on)['roof/plan.txt'] === FIRST + REST)
  expect(await contents(on, 'plan.txt')).toEqual([FIRST, FIRST + REST])
  expect(await documents(on)).toHaveLength(1)
  await until('it is out of the share', async () => (await status(on))?.files === 0)
})

it('R6 source-or-blob: what is written on while no watcher runs is found when one starts', async () => {
  const on = await watchedShare({ mode: 'inbox', onConflict: 'keep_both' })
  const first = start(on)
  const writer = slowWriter(on, 'plan.txt')
  await until('half of it was moved', () => inDone(on)['plan.txt'] === FIRST)
  await first.stop()
  writer.goOn()
  writeFileSync(join(on.folder, 'plan.txt'), 'another one')
  start(on)
  await until('all is stored', async () => (await newest(on, 'plan.txt')) === FIRST + REST, 60_000)
  await until('both were moved', () => Object.keys(inDone(on)).length === 2)
  expect(Object.values(inDone(on)).sort()).toEqual(['another one', FIRST + REST])
  expect(await contents(on, 'plan (2).txt')).toEqual(['another one'])
})

it('lets go of a file that stood still in done for long', async () => {
  const on = await watchedShare({ mode: 'inbox' })
  const records = () => on.ports.catalog.shares.entries(on.share.id, { limit: 9 })
  const first = start(on)
  writeFileSync(join(on.folder, 'a.txt'), 'one')
  await until('it was moved', () => inDone(on)['a.txt'] === 'one')
  await until('it is told', async () => (await status(on))?.moved === 1)
  expect((await status(on))?.files).toBe(0)
  const [record, ...more] = await records()
  expect(more).toEqual([])
  expect(Buffer.from(record?.path ?? []).toString()).toMatch(/^done\/[-0-9]{10}\/a\.txt$/)
  await first.stop()
  start(on, { lateMs: 1_000 })
  await until('it is forgotten', async () => (await records()).length === 0)
  expect(await contents(on, 'a.txt')).toEqual(['one'])
  expect(inDone(on)).toEqual({ 'a.txt': 'one' })
})
