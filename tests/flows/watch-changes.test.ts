import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import {
  contents,
  documents,
  paths,
  scanned,
  start,
  status,
  until,
  watchedShare,
} from './watched-share.ts'

it('takes what is there and what comes, and keeps the folders', async () => {
  const on = await watchedShare()
  mkdirSync(join(on.folder, 'roof/2026'), { recursive: true })
  writeFileSync(join(on.folder, 'roof/2026/plan.txt'), 'beams')
  writeFileSync(join(on.folder, 'empty.txt'), '')
  start(on)
  await until('both files are there', async () => (await paths(on)).length === 2)
  writeFileSync(join(on.folder, 'late.txt'), 'late')
  await until('the late file is there', async () => (await paths(on)).includes('late.txt'))
  expect(await documents(on)).toEqual([
    { path: 'empty.txt', versions: 1, source: 'present' },
    { path: 'late.txt', versions: 1, source: 'present' },
    { path: 'roof/2026/plan.txt', versions: 1, source: 'present' },
  ])
  await until('the count is told', async () => (await status(on))?.files === 3)
  expect(await status(on)).toMatchObject({ mode: 'events', pending: 0, failed: 0, missing: 0 })
})

it('takes a file that grows in small steps once, and whole', async () => {
  const on = await watchedShare({ settleMs: 500 })
  start(on, { scanIntervalMs: 300 })
  let whole = ''
  for (let i = 0; i < 25; i++) {
    appendFileSync(join(on.folder, 'scan.pdf'), `page ${i};`)
    whole += `page ${i};`
    await pause(100)
  }
  await until('the file is there', async () => (await paths(on)).length === 1)
  await scanned(on)
  expect(await contents(on, 'scan.pdf')).toEqual([whole])
})

it('takes a file that is renamed into place, and not the one it was before', async () => {
  const on = await watchedShare()
  start(on)
  writeFileSync(join(on.folder, 'report.docx.part'), 'whole')
  renameSync(join(on.folder, 'report.docx.part'), join(on.folder, 'report.docx'))
  await until('the file is there', async () => (await paths(on)).length > 0)
  await scanned(on)
  expect(await paths(on)).toEqual(['report.docx'])
})

it('makes an edit a version of the same document', async () => {
  const on = await watchedShare()
  start(on)
  const file = join(on.folder, 'a.txt')
  for (const text of ['first', 'second', 'third']) {
    writeFileSync(file, text)
    await until(`${text} is there`, async () => (await contents(on, 'a.txt')).at(-1) === text)
  }
  expect(await contents(on, 'a.txt')).toEqual(['first', 'second', 'third'])
  expect(await documents(on)).toEqual([{ path: 'a.txt', versions: 3, source: 'present' }])
})

it('finds an edit that keeps the size and puts the time back, without being told', async () => {
  const on = await watchedShare()
  const file = join(on.folder, 'a.txt')
  writeFileSync(file, 'one')
  start(on, { listens: false, scanIntervalMs: 200 })
  await until('the file is there', async () => (await paths(on)).length === 1)
  const { atime, mtime } = statSync(file)
  writeFileSync(file, 'two')
  utimesSync(file, atime, mtime)
  await until('the edit is there', async () => (await contents(on, 'a.txt')).length === 2)
  expect(await contents(on, 'a.txt')).toEqual(['one', 'two'])
})

it('makes no version of a file that was only touched', async () => {
  const on = await watchedShare()
  const file = join(on.folder, 'a.txt')
  writeFileSync(file, 'same')
  start(on, { scanIntervalMs: 200 })
  await until('the file is there', async () => (await paths(on)).length === 1)
  utimesSync(file, 1, 1)
  writeFileSync(file, 'same')
  await scanned(on)
  await scanned(on)
  expect(await contents(on, 'a.txt')).toEqual(['same'])
})

it('keeps a document whose file is gone, says so, and knows it when it is back', async () => {
  const on = await watchedShare()
  const file = join(on.folder, 'a.txt')
  writeFileSync(file, 'precious')
  writeFileSync(join(on.folder, 'b.txt'), 'other')
  start(on)
  await until('both files are there', async () => (await paths(on)).length === 2)
  const away = join(on.root, 'away.txt')
  renameSync(file, away)
  const source = async () => (await documents(on))[0]?.source
  await until('it is missing', async () => (await source()) === 'missing')
  expect(await contents(on, 'a.txt')).toEqual(['precious'])
  await until('it is counted', async () => (await status(on))?.missing === 1)
  renameSync(away, file)
  await until('it is back', async () => (await source()) === 'present')
  await until('it is counted', async () => (await status(on))?.missing === 0)
  expect(await documents(on)).toEqual([
    { path: 'a.txt', versions: 1, source: 'present' },
    { path: 'b.txt', versions: 1, source: 'present' },
  ])
})

it('marks the last file of a share as missing, too', async () => {
  const on = await watchedShare()
  writeFileSync(join(on.folder, 'only.txt'), 'only')
  start(on)
  await until('the file is there', async () => (await paths(on)).length === 1)
  await scanned(on)
  rmSync(join(on.folder, 'only.txt'))
  await until('it is missing', async () => (await documents(on))[0]?.source === 'missing')
  expect((await status(on))?.error).toBeUndefined()
})
