import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Digest } from '../../core/digest.ts'
import { newId } from '../../core/ids.ts'
import { eventually, startBox } from '../flows/running-box.ts'
import { newVersion, seededCatalog } from '../seeded-catalog.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { mayLoop, smallExt4 } from './small-disk.ts'

const ONEFOLD = join(import.meta.dirname, '..', '..', 'scripts', 'onefold.ts')
const STORE_ONCE = join(import.meta.dirname, 'store-once.ts')
const hasCompiler = spawnSync('cc', ['--version']).status === 0

/** Makes syncs of some paths fail once a file says so, and notes every one that is asked for. */
const FAILING_SYNC = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static int fails(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  if (!strstr(path, getenv("FAIL_PATH")) || access(getenv("FAIL_SYNC"), F_OK)) return 0;
  int log = open(getenv("FAIL_SYNC"), O_WRONLY | O_APPEND);
  if (log >= 0) { dprintf(log, "%s\\n", path); close(log); }
  errno = EIO;
  return 1;
}
int fsync(int fd) {
  int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
  return fails(fd) ? -1 : real(fd);
}
int fdatasync(int fd) {
  int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
  return fails(fd) ? -1 : real(fd);
}
`

it.skipIf(!hasCompiler)(
  'B3 fsync-eio-failstop: a sync of the catalog that fails is not tried again; the box reads on',
  { timeout: 180_000 },
  async () => {
    const { env, trigger } = await failingSyncs('catalog.sqlite')
    const box = await startBox(env)
    try {
      const book = await box.json<{ id: string }>('/api/v1/books', post({ name: 'Before' }))
      await writeFile(trigger, '')
      const lost = await box.call('/api/v1/books', post({ name: 'Lost' })).catch(() => undefined)
      expect(lost?.ok ?? false).toBe(false)

      await eventually(async () => (await refusal(box))?.reason === 'READ_ONLY')
      expect((await readFile(trigger, 'utf8')).trim().split('\n').length).toBeLessThanOrEqual(3)
      await expectReadsOn(box, book.id)
      expect(await readFile(join(box.dataDir, 'read-only'), 'utf8')).toContain('SQLITE_IOERR')
    } finally {
      await box.stop()
    }
  },
)

it.skipIf(!hasCompiler)(
  'B3 fsync-eio-failstop: a sync of a blob that fails ends that upload, tried once, and leaves nothing',
  { timeout: 120_000 },
  async () => {
    const on = await seededCatalog()
    const { env, trigger } = await failingSyncs('/staging/')
    const content = newVersion(on, { digest: '' as Digest, sizeBytes: 0 })
    const store = (): unknown => {
      const args = [STORE_ONCE, on.root, JSON.stringify({ ...content, name: `${newId()}.txt` })]
      const told = execFileSync(process.execPath, args, {
        env: { ...process.env, ...env },
        encoding: 'utf8',
      })
      return JSON.parse(told)
    }
    await writeFile(trigger, '')
    const nothing = { files: 0, staged: 0, intents: 0 }
    expect(store()).toEqual({ code: 'unavailable', reason: 'STORE_UNUSABLE', ...nothing })
    expect((await readFile(trigger, 'utf8')).trim().split('\n')).toHaveLength(1)
    await rm(trigger)
    expect(store()).toEqual({ ...nothing, code: 'stored', files: 1 })
  },
)

it.skipIf(!hasCompiler)(
  'B3 fsync-eio-failstop: a sync of a folder of blobs that fails is not tried again; the box reads on',
  { timeout: 180_000 },
  async () => {
    const { env, trigger } = await failingSyncs('/blobs/')
    const box = await startBox(env)
    try {
      const book = await box.json<{ id: string }>('/api/v1/books', post({ name: 'Before' }))
      await writeFile(trigger, '')
      const form = new FormData()
      form.append('file', new Blob(['bytes whose name a disk may lose']), 'lost.txt')
      const sent = box.call('/knowledge-base/upload', { method: 'POST', raw: form })
      expect((await sent.catch(() => undefined))?.ok ?? false).toBe(false)

      await eventually(async () => (await refusal(box))?.reason === 'READ_ONLY')
      expect((await readFile(trigger, 'utf8')).trim().split('\n')).toHaveLength(1)
      await expectReadsOn(box, book.id)
      expect(await readFile(join(box.dataDir, 'read-only'), 'utf8')).toContain('EIO')
    } finally {
      await box.stop()
    }
  },
)

it.skipIf(!hasCompiler)('stays read-only over a restart, until a person clears it', async () => {
  const dataDir = await temporaryFolder()
  await mkdir(join(dataDir, 'staging'), { recursive: true })
  await writeFile(join(dataDir, 'read-only'), 'The disk of the catalog failed.\n')
  const env = { ...process.env, ONEFOLD_DATA_DIR: dataDir, ONEFOLD_LOG_LEVEL: 'silent' }
  const worker = spawn(process.execPath, [ONEFOLD, 'worker'], { env, stdio: ['ignore', 2, 'pipe'] })
  const [line] = await once(worker.stderr ?? process.stderr, 'data')
  expect(String(line)).toContain('the worker waits, as the box only reads')
  worker.kill('SIGTERM')
  await once(worker, 'exit')
  execFileSync(process.execPath, [ONEFOLD, 'doctor', '--clear-read-only'], { env })
  expect(existsSync(join(dataDir, 'read-only'))).toBe(false)
})

it.skipIf(!mayLoop)(
  'B11 readonly-fs: a file system that turns read-only makes health red; reads go on, writes are 503',
  { timeout: 180_000 },
  async () => {
    const { folder, errorTrigger } = await smallExt4(256)
    const box = await startBox({ ONEFOLD_DATA_DIR: join(folder, 'data') })
    try {
      const book = await box.json<{ id: string }>('/api/v1/books', post({ name: 'Before' }))
      await writeFile(errorTrigger, 'a test')
      await eventually(async () => (await refusal(box))?.reason === 'READ_ONLY', 25000).catch(
        (e) => {
          console.log(box.log().slice(-6000))
          throw e
        },
      )
      await expectReadsOn(box, book.id)
    } finally {
      await box.stop()
    }
  },
)

/** Environment of a process whose syncs of paths with `part` in them fail while `trigger` exists. */
async function failingSyncs(part: string) {
  const folder = await temporaryFolder()
  const trigger = join(folder, 'fail-now')
  await writeFile(join(folder, 'fail.c'), FAILING_SYNC)
  execFileSync('cc', ['-shared', '-fPIC', '-o', 'fail.so', 'fail.c', '-ldl'], { cwd: folder })
  const library = join(folder, 'fail.so')
  return { trigger, env: { LD_PRELOAD: library, FAIL_SYNC: trigger, FAIL_PATH: part } }
}

type Box = Awaited<ReturnType<typeof startBox>>

const post = (body: unknown) => ({ method: 'POST', body })

/** How a write is refused; undefined while nobody answers, as the box starts again. */
async function refusal(box: Box): Promise<{ reason?: string } | undefined> {
  try {
    const answer = await box.call('/api/v1/books', post({ name: `Book ${Math.random()}` }))
    return answer.status === 503 ? ((await answer.json()) as { reason?: string }) : undefined
  } catch {
    return undefined
  }
}

async function expectReadsOn(box: Box, bookId: string): Promise<void> {
  const { items } = await box.json<{ items: { id: string }[] }>('/api/v1/books')
  expect(items.map(({ id }) => id)).toContain(bookId)
  expect((await box.call('/api/v1/search?q=before')).status).toBe(200)
  expect((await fetch(`${box.url}/readyz`)).status).toBe(503)
  expect((await fetch(`${box.url}/healthz`)).status).toBe(200)
}
