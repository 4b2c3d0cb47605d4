import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import {
  contents,
  documents,
  scanned,
  start,
  status,
  until,
  watchedShare,
} from './watched-share.ts'

const today = () => new Date().toLocaleDateString('sv-SE', { dateStyle: 'short' })
const inDone = (on: { folder: string }) => {
  const done = join(on.folder, 'done', today())
  if (!existsSync(done)) return []
  return readdirSync(done, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0) // no reserved name
    .map((file) => file.slice(done.length + 1))
    .sort()
}

it('moves what it has stored to a dated folder, folders kept, and takes nothing from there', async () => {
  const on = await watchedShare({ mode: 'inbox' })
  mkdirSync(join(on.folder, 'roof/2026'), { recursive: true })
  writeFileSync(join(on.folder, 'roof/2026/plan.txt'), 'beams')
  writeFileSync(join(on.folder, 'a.txt'), 'one')
  start(on, { scanIntervalMs: 200 })
  await until('both were moved', () => inDone(on).length === 2)
  expect(inDone(on)).toEqual(['a.txt', 'roof/2026/plan.txt'])
  await scanned(on)
  await scanned(on)
  expect(await documents(on)).toEqual([
    { path: 'a.txt', versions: 1, source: undefined },
    { path: 'roof/2026/plan.txt', versions: 1, source: undefined },
  ])
  expect(await status(on)).toMatchObject({ files: 0, failed: 0, missing: 0, moved: 2 })
})

it('gives a name that lies in done already a number, and makes a version of the document', async () => {
  const on = await watchedShare({ mode: 'inbox' })
  start(on, { scanIntervalMs: 200 })
  for (const [count, text] of ['first', 'second', 'third'].entries()) {
    writeFileSync(join(on.folder, 'a.txt'), text)
    await until(`${text} was moved`, () => inDone(on).length === count + 1)
  }
  expect(inDone(on)).toEqual(['a (2).txt', 'a (3).txt', 'a.txt'])
  expect(readFileSync(join(on.folder, 'done', today(), 'a (3).txt'), 'utf8')).toBe('third')
  await until('all are versions', async () => (await contents(on, 'a.txt')).length === 3)
})

it('keeps equal names apart where that is wanted', async () => {
  const on = await watchedShare({ mode: 'inbox', onConflict: 'keep_both' })
  start(on, { scanIntervalMs: 200 })
  for (const [count, text] of ['first', 'second'].entries()) {
    writeFileSync(join(on.folder, 'a.txt'), text)
    await until(`${text} was moved`, () => inDone(on).length === count + 1)
  }
  // A file is moved first, and told to be gone from the share then.
  await expect
    .poll(() => documents(on), { timeout: 30_000 })
    .toEqual([
      { path: 'a (2).txt', versions: 1, source: undefined },
      { path: 'a.txt', versions: 1, source: undefined },
    ])
})

it('leaves where it is what it may not read, and says so', async () => {
  const on = await watchedShare({ mode: 'inbox' })
  mkdirSync(join(on.folder, 'done'))
  writeFileSync(join(on.folder, 'done', today()), 'a file in the place of the folder')
  writeFileSync(join(on.folder, 'a.txt'), 'one')
  start(on, { scanIntervalMs: 200 })
  await until('it is told', async () => (await status(on))?.failed === 1)
  const [entry] = await on.ports.catalog.shares.entries(on.share.id, { limit: 1 })
  expect(entry).toMatchObject({ state: 'failed', reason: 'NOT_MOVED' })
  expect(entry?.documentId).toBeDefined()
  expect(readFileSync(join(on.folder, 'a.txt'), 'utf8')).toBe('one')
  expect(await documents(on)).toMatchObject([{ path: 'a.txt', versions: 1 }])
})
