import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, renameSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import {
  contents,
  documents,
  paths,
  refusals,
  scanned,
  start,
  status,
  until,
  watchedShare,
} from './watched-share.ts'

it('C11 special-files, C12 link-escape, C13 sparse-file: never read, told, and all else goes on', async () => {
  const on = await watchedShare()
  writeFileSync(join(on.root, 'secret.txt'), 'secret')
  symlinkSync('../secret.txt', join(on.folder, 'link.txt'))
  symlinkSync('/etc', join(on.folder, 'etc'))
  symlinkSync('.', join(on.folder, 'loop'))
  execFileSync('mkfifo', [join(on.folder, 'pipe')])
  const server = createServer().listen(join(on.folder, 'socket'))
  onTestFinished(() => void server.close())
  writeFileSync(join(on.folder, 'hole'), '')
  truncateSync(join(on.folder, 'hole'), 2 ** 40)
  writeFileSync(join(on.folder, 'plain.txt'), 'plain')
  start(on)
  await until('the plain file is there', async () => (await paths(on)).length === 1)
  await until('all is told', async () => (await status(on))?.failed === 6)
  expect(await refusals(on)).toEqual({
    etc: 'SYMLINK',
    hole: 'SPARSE',
    'link.txt': 'SYMLINK',
    loop: 'SYMLINK',
    pipe: 'NOT_A_FILE',
    socket: 'NOT_A_FILE',
  })
  expect(await paths(on)).toEqual(['plain.txt'])
})

it('C10 hostile-names: takes every name that a disk can hold, and shows it safely', async () => {
  const on = await watchedShare()
  const names = [
    Buffer.from('caf\u00e9.txt'),
    Buffer.from('cafe\u0301.txt'),
    Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x2e, 0x74, 0x78, 0x74]),
    Buffer.from('bill\u202efdp.exe'),
    Buffer.from('two\nlines.txt'),
    Buffer.from('תכנית.txt'),
    Buffer.from(`${'n'.repeat(251)}.txt`),
    Buffer.from(' '),
    Buffer.from('-rf'),
    Buffer.from('con: "a" <b> |c?*.txt'),
    Buffer.from([0xff, 0xfe]),
  ]
  const file = (name: Buffer) => Buffer.concat([Buffer.from(`${on.folder}/`), name])
  names.forEach((name, i) => {
    writeFileSync(file(name), `content ${i}`)
  })
  mkdirSync(file(Buffer.from([0xe9])))
  writeFileSync(file(Buffer.concat([Buffer.from([0xe9]), Buffer.from('/inside.txt')])), 'inside')
  start(on, { scanIntervalMs: 2_000 }) // nobody tells of such a name
  await until('all are there', async () => (await paths(on)).length === names.length + 1)
  expect(await paths(on)).toEqual(
    [
      '%20',
      '%E9/inside.txt',
      '%FF%FE',
      '-rf',
      'bill%E2%80%AEfdp.exe',
      'caf%E9.txt',
      'café (2).txt',
      'café.txt',
      'con: "a" <b> |c?*.txt',
      `${'n'.repeat(251)}.txt`,
      'two%0Alines.txt',
      'תכנית.txt',
    ].sort((a, b) => (a < b ? -1 : 1)),
  )
  const twins = [await contents(on, 'café.txt'), await contents(on, 'café (2).txt')].flat()
  expect(twins.sort()).toEqual(['content 0', 'content 1'])
  const late = Buffer.from([0xfc, 0x2e, 0x74, 0x78, 0x74])
  writeFileSync(file(late), 'late')
  await until('a late one is there', async () => (await paths(on)).includes('%FC.txt'))
})

it('C15 symlink-swap: never leaves the share, however often a folder is swapped for a link', async () => {
  const on = await watchedShare({ settleMs: 50 })
  const inside = join(on.folder, 'team')
  const outside = join(on.root, 'outside')
  for (const folder of [inside, outside]) {
    mkdirSync(folder)
    for (let i = 0; i < 5; i++) writeFileSync(join(folder, `${i}.txt`), folder)
  }
  symlinkSync(outside, join(on.root, 'trap'))
  start(on, { scanIntervalMs: 50 })
  const parked = join(on.root, 'parked')
  const ends = performance.now() + 2_000
  await until('it was swapped many times', () => {
    renameSync(inside, parked)
    renameSync(join(on.root, 'trap'), inside)
    renameSync(inside, join(on.root, 'trap'))
    renameSync(parked, inside)
    return performance.now() > ends
  })
  await until('all are there', async () => (await paths(on)).length === 5)
  for (const name of ['0.txt', '4.txt'])
    expect(new Set(await contents(on, name))).toEqual(new Set([inside]))
})

it('leaves out what tools leave behind and what the share excludes', async () => {
  const on = await watchedShare({ exclude: ['*.bak', 'old/**'] })
  for (const folder of ['.Trash-1000', 'old', 'new']) mkdirSync(join(on.folder, folder))
  const out = [
    '~$a.docx',
    '.~lock.a.odt#',
    'a.part',
    'Thumbs.db',
    '.Trash-1000/x',
    'x.bak',
    'old/y',
  ]
  for (const path of [...out, 'new/a.docx']) writeFileSync(join(on.folder, path), path)
  start(on)
  await until('one is there', async () => (await paths(on)).length > 0)
  await scanned(on)
  expect(await paths(on)).toEqual(['new/a.docx'])
})

it.skipIf(process.getuid?.() !== 0)(
  'waits for the right to read, while others go ahead',
  async () => {
    const on = await watchedShare()
    chmodSync(on.root, 0o755)
    mkdirSync(join(on.folder, 'closed'))
    writeFileSync(join(on.folder, 'closed/in.txt'), 'in')
    writeFileSync(join(on.folder, 'own.txt'), 'own')
    writeFileSync(join(on.folder, 'all.txt'), 'all')
    for (const name of ['catalog.sqlite', 'staging', 'blobs'])
      execFileSync('chmod', ['-R', 'a+rwX', join(on.root, name)])
    execFileSync('chmod', [
      'a+rwx',
      on.root,
      ...['-wal', '-shm'].map((end) => join(on.root, `catalog.sqlite${end}`)),
    ])
    chmodSync(join(on.folder, 'closed'), 0)
    chmodSync(join(on.folder, 'own.txt'), 0)
    process.seteuid?.(65_534)
    onTestFinished(() => process.seteuid?.(0))
    start(on, { scanIntervalMs: 300 })
    await until('one is there', async () => (await paths(on)).length === 1)
    await until('two are told', async () => Object.keys(await refusals(on)).length === 2)
    expect(await refusals(on)).toEqual({ 'closed/': 'NO_ACCESS', 'own.txt': 'NO_ACCESS' })
    process.seteuid?.(0)
    chmodSync(join(on.folder, 'closed'), 0o755)
    chmodSync(join(on.folder, 'own.txt'), 0o644)
    process.seteuid?.(65_534)
    await until('all are there', async () => (await documents(on)).length === 3)
    await until('nothing is wrong', async () => Object.keys(await refusals(on)).length === 0)
  },
)
