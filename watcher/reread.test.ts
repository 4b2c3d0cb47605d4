import { lstatSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { stampOf } from '../core/share/stamp.ts'
import { contents, paths, start, until, watchedShare } from '../tests/flows/watched-share.ts'
import { manualClock } from '../tests/manual-clock.ts'
import { rereadSome } from './reread.ts'
import { shareWatch } from './share-watch.ts'

const { signal } = new AbortController()

/** Stored files whose later edits the file system does not tell of. */
async function lyingShare(files: number) {
  const on = await watchedShare()
  const name = (i: number) => `${String(i).padStart(3, '0')}.txt`
  for (let i = 0; i < files; i++) writeFileSync(join(on.folder, name(i)), 'one')
  const watcher = start(on, { scanIntervalMs: 200, listens: false })
  await until('all are there', async () => (await paths(on)).length === files, 60_000)
  await watcher.stop()
  const { shares } = on.ports.catalog
  const edit = async (i: number) => {
    const file = join(on.folder, name(i))
    writeFileSync(file, 'two')
    const entry = await shares.entry(on.share.id, Buffer.from(name(i)))
    const stamp = stampOf(lstatSync(file, { bigint: true }))
    if (entry) await shares.putEntries([{ ...entry, ...stamp }])
  }
  return { ...on, name, edit }
}

it('finds an edit that keeps size and all times, by reading files again', async () => {
  const on = await lyingShare(3)
  await on.edit(1)
  expect(statSync(join(on.folder, on.name(1))).size).toBe(3)
  start(on, { scanIntervalMs: 200, listens: false, rereads: true })
  await until('it is there', async () => (await contents(on, on.name(1))).length === 2)
  expect(await contents(on, on.name(1))).toEqual(['one', 'two'])
  expect(await contents(on, on.name(0))).toEqual(['one'])
})

it('keeps to its budget, goes on where it was, and starts over at the end', async () => {
  const on = await lyingShare(30)
  const clock = manualClock()
  const ports = { ...on.ports, clock }
  const watch = shareWatch(ports, on.share, { scanIntervalMs: 1_000, listens: false })
  watch.root = on.folder
  for (const i of [5, 29]) await on.edit(i)
  expect(await rereadSome(watch, signal)).toBe(0)
  clock.advance(39) // ten files of 4 KiB
  expect(await rereadSome(watch, signal)).toBe(1)
  expect(watch.board.last().rereadTo).toBe(on.name(9))
  clock.advance(1_000)
  expect(await rereadSome(watch, signal)).toBe(1)
  expect(watch.board.last().rereadTo).toBe('')
})
