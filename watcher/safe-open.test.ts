import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { rawPathOfText } from '../core/share/raw-path.ts'
import { temporaryFolder } from '../tests/temporary-folder.ts'
import { openSource } from './safe-open.ts'

const { signal } = new AbortController()

async function share(): Promise<string> {
  return realpathSync(await temporaryFolder())
}

async function open(root: string, path: string) {
  const source = await openSource(root, rawPathOfText(path))
  if (source) onTestFinished(() => source.close())
  return source
}

async function text(root: string, path: string): Promise<string> {
  const source = await open(root, path)
  const chunks: Uint8Array[] = []
  for await (const chunk of source?.bytes(signal) ?? []) chunks.push(chunk)
  await source?.confirm()
  return Buffer.concat(chunks).toString()
}

it('reads a file to its end, an empty one too', async () => {
  const root = await share()
  writeFileSync(join(root, 'a.txt'), 'x'.repeat(600_000))
  writeFileSync(join(root, 'empty.txt'), '')
  expect(await text(root, 'a.txt')).toBe('x'.repeat(600_000))
  expect(await text(root, 'empty.txt')).toBe('')
})

it('finds nothing where a file has gone', async () => {
  expect(await open(await share(), 'gone/a.txt')).toBeUndefined()
})

it('C11 special-files: never reads links, pipes, devices and sockets, nor waits for them', async () => {
  const root = await share()
  writeFileSync(join(root, 'a.txt'), 'a')
  symlinkSync('a.txt', join(root, 'link'))
  execFileSync('mkfifo', [join(root, 'pipe')])
  const server = createServer().listen(join(root, 'socket'))
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => void server.close())
  const started = performance.now()
  await expect(open(root, 'link')).rejects.toMatchObject({ reason: 'SYMLINK' })
  await expect(open(root, 'pipe')).rejects.toMatchObject({ reason: 'NOT_A_FILE' })
  await expect(open(root, 'socket')).rejects.toMatchObject({ reason: 'NOT_A_FILE' })
  await expect(open('/dev', 'null')).rejects.toMatchObject({ reason: 'NOT_A_FILE' })
  await expect(open(root, '')).rejects.toMatchObject({ reason: 'NOT_A_FILE' })
  expect(performance.now() - started).toBeLessThan(1_000)
})

it('C12 link-escape: does not follow a folder that is a link out of the share, or within it', async () => {
  const root = await share()
  const outside = await share()
  writeFileSync(join(outside, 'secret.txt'), 'secret')
  symlinkSync(outside, join(root, 'out'))
  await expect(open(root, 'out/secret.txt')).rejects.toMatchObject({ reason: 'OUTSIDE_SHARE' })
  mkdirSync(join(root, 'in'))
  writeFileSync(join(root, 'in/a.txt'), 'a')
  symlinkSync('in', join(root, 'alias'))
  await expect(open(root, 'alias/a.txt')).rejects.toMatchObject({ reason: 'SOURCE_CHANGED' })
})

it('C12 link-escape: takes a second name only where the kernel keeps strangers from giving one', async () => {
  const root = await share()
  writeFileSync(join(root, 'a.txt'), 'a')
  linkSync(join(root, 'a.txt'), join(root, 'b.txt'))
  const isProtected = readFileSync('/proc/sys/fs/protected_hardlinks', 'utf8').trim() === '1'
  if (isProtected) expect(await text(root, 'b.txt')).toBe('a')
  else await expect(open(root, 'b.txt')).rejects.toMatchObject({ reason: 'HARD_LINK' })
})

it('C13 sparse-file: refuses a file that is a hole, and takes a small one', async () => {
  const root = await share()
  writeFileSync(join(root, 'hole'), '')
  truncateSync(join(root, 'hole'), 50 * 2 ** 30)
  await expect(open(root, 'hole')).rejects.toMatchObject({ reason: 'SPARSE' })
  writeFileSync(join(root, 'small'), '')
  truncateSync(join(root, 'small'), 4_096)
  expect(await text(root, 'small')).toBe('\0'.repeat(4_096))
})

it('C14 changing-file: notices what is written, cut or replaced while it reads', async () => {
  const root = await share()
  const file = join(root, 'a.txt')
  writeFileSync(file, 'before')
  const appended = await open(root, 'a.txt')
  appendFileSync(file, ' and after')
  await expect(appended?.confirm()).rejects.toMatchObject({ reason: 'SOURCE_CHANGED' })
  const shortened = await open(root, 'a.txt')
  truncateSync(file, 3)
  const drain = async () => {
    for await (const _ of shortened?.bytes(signal) ?? []);
  }
  await expect(drain()).rejects.toMatchObject({ reason: 'SOURCE_CHANGED' })
})

it('keeps reading the file that it opened when another takes its name', async () => {
  const root = await share()
  writeFileSync(join(root, 'a.txt'), 'first')
  const source = await open(root, 'a.txt')
  writeFileSync(join(root, 'b.txt'), 'second')
  renameSync(join(root, 'b.txt'), join(root, 'a.txt'))
  const chunks: Uint8Array[] = []
  for await (const chunk of source?.bytes(signal) ?? []) chunks.push(chunk)
  expect(Buffer.concat(chunks).toString()).toBe('first')
  await expect(source?.confirm()).rejects.toMatchObject({ reason: 'SOURCE_CHANGED' })
})
