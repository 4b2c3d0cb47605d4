import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { absolute, type RawPath, rawPathOf, rawPathOfText } from '../core/share/raw-path.ts'
import { stampOf } from '../core/share/stamp.ts'
import { refusal } from '../tests/contracts/library-shelf.ts'
import { temporaryFolder } from '../tests/temporary-folder.ts'
import { putAside, putBack } from './put-aside.ts'

const DATE = '2026-11-21'

async function inbox() {
  const folder = realpathSync(await temporaryFolder())
  const root = join(folder, 'inbox')
  mkdirSync(root)
  const write = (path: RawPath, text: string) => writeFileSync(absolute(root, path), text)
  const seen = (path: RawPath) => ({
    path,
    stamp: stampOf(lstatSync(absolute(root, path), { bigint: true })),
  })
  return { folder, root, write, seen }
}

const plan = rawPathOfText('plan.txt')

it('moves a file whose name is no text', async () => {
  const { root, write, seen } = await inbox()
  const path = rawPathOf(Buffer.from([0x63, 0x61, 0x66, 0xe9]))
  write(path, 'strong')
  await putAside(root, seen(path), { date: DATE })
  expect(readFileSync(absolute(root, `done/${DATE}/${path}` as RawPath), 'utf8')).toBe('strong')
  expect(readdirSync(root)).toEqual(['done'])
})

it('touches nothing when another file lies there by now', async () => {
  const { root, write, seen } = await inbox()
  write(plan, 'stored')
  const stored = seen(plan)
  write(rawPathOfText('other'), 'news')
  const other = { ...seen(rawPathOfText('other')), path: plan }
  expect(await refusal(putAside(root, other, { date: DATE }))).toBe('conflict SOURCE_CHANGED')
  const edited = { ...stored, stamp: { ...stored.stamp, mtimeNs: '1' } }
  expect(await refusal(putAside(root, edited, { date: DATE }))).toBe('conflict SOURCE_CHANGED')
  expect(readFileSync(join(root, 'plan.txt'), 'utf8')).toBe('stored')
  expect(readdirSync(join(root, 'done', DATE))).toEqual([])
})

it('never leaves the share by a link, and keeps the file where it is', async () => {
  for (const link of ['done', `done/${DATE}`]) {
    const { folder, root, write, seen } = await inbox()
    const outside = join(folder, 'outside')
    mkdirSync(outside)
    if (link !== 'done') mkdirSync(join(root, 'done'))
    symlinkSync(outside, join(root, link))
    write(plan, 'mine')
    expect(await refusal(putAside(root, seen(plan), { date: DATE }))).toBe('unavailable NOT_MOVED')
    expect(readdirSync(outside)).toEqual([])
    expect(readFileSync(join(root, 'plan.txt'), 'utf8')).toBe('mine')
  }
})

it('takes a name again that a crash has left reserved, and no file of somebody', async () => {
  const { root, write, seen } = await inbox()
  const done = join(root, 'done', DATE)
  mkdirSync(done, { recursive: true })
  writeFileSync(join(done, 'plan.txt'), '', { mode: 0o200 })
  write(plan, 'first')
  await putAside(root, seen(plan), { date: DATE })
  expect(readFileSync(join(done, 'plan.txt'), 'utf8')).toBe('first')
  writeFileSync(join(done, 'plan (2).txt'), '')
  write(plan, 'second')
  await putAside(root, seen(plan), { date: DATE })
  expect(readFileSync(join(done, 'plan (2).txt'), 'utf8')).toBe('')
  expect(readFileSync(join(done, 'plan (3).txt'), 'utf8')).toBe('second')
  expect(existsSync(join(root, 'plan.txt'))).toBe(false)
})

it('makes folders that whoever reached the file can enter, under a umask of 077', async () => {
  const { root, write, seen } = await inbox()
  const path = rawPathOfText('roof/2026/plan.txt')
  mkdirSync(join(root, 'roof/2026'), { recursive: true })
  chmodSync(root, 0o2775)
  chmodSync(join(root, 'roof'), 0o750)
  chmodSync(join(root, 'roof/2026'), 0o1777)
  const isRoot = process.getuid?.() === 0
  if (isRoot) chownSync(join(root, 'roof'), process.getuid?.() ?? 0, 4_242)
  write(path, 'beams')
  const umask = process.umask(0o077)
  onTestFinished(() => void process.umask(umask))
  await putAside(root, seen(path), { date: DATE })
  const modes = ['done', `done/${DATE}`, `done/${DATE}/roof`, `done/${DATE}/roof/2026`].map(
    (folder) => (statSync(join(root, folder)).mode & 0o7777).toString(8),
  )
  expect(modes).toEqual(['2775', '2775', '750', '1777'])
  if (isRoot) expect(statSync(join(root, `done/${DATE}/roof`)).gid).toBe(4_242)
})

it('leaves the rights of folders that are there already, so that what somebody closed stays closed', async () => {
  const { root, write, seen } = await inbox()
  const path = rawPathOfText('plan.txt')
  chmodSync(root, 0o2775)
  mkdirSync(join(root, 'done', DATE), { recursive: true })
  chmodSync(join(root, 'done'), 0o700)
  chmodSync(join(root, 'done', DATE), 0o750)
  write(path, 'beams')
  await putAside(root, seen(path), { date: DATE })
  const modes = ['done', `done/${DATE}`].map((folder) =>
    (statSync(join(root, folder)).mode & 0o7777).toString(8),
  )
  expect(modes).toEqual(['700', '750'])

  mkdirSync(join(root, 'roof'))
  chmodSync(join(root, 'roof'), 0o700)
  const aside = rawPathOfText(`done/${DATE}/roof/plan.txt`)
  mkdirSync(join(root, 'done', DATE, 'roof'))
  write(aside, 'rafters')
  await putBack(root, seen(aside), async () => {})
  expect(statSync(join(root, 'roof')).mode & 0o7777).toBe(0o700)
})
