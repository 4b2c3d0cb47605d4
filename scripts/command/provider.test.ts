import { chmod, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import { wire, wireStore } from '../../config/wire.ts'
import { resolveAccess } from '../../core/access/access.ts'
import { firstStart } from '../../core/account/first-start.ts'
import { newTraceId } from '../../core/ids.ts'
import { ingestFile } from '../../core/ingest/ingest-file.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { program } from './program.ts'

let root: string

beforeEach(async () => {
  root = await temporaryFolder()
  await mkdir(join(root, 'copies'))
  vi.stubEnv('ONEFOLD_DATA_DIR', join(root, 'data'))
  vi.stubEnv('ONEFOLD_EMBEDDER', 'builtin')
  vi.stubEnv('ONEFOLD_PROVIDER_FOLDER_PATH', join(root, 'copies'))
  vi.stubEnv('ONEFOLD_PROVIDER_FOLDER_NAME', 'second disk')
})
afterEach(() => {
  vi.unstubAllEnvs()
})

it('copies a box, sees what is spoiled on either side, and mends it', async () => {
  await storeOnNewBox('a plan, in full')
  expect(await json('provider', 'list')).toMatchObject({
    items: [{ name: 'second disk', kind: 'folder', state: 'ok', stored: 0 }],
  })
  expect(await json('provider', 'sync')).toEqual({
    ok: true,
    items: [{ name: 'second disk', good: 1, failed: 0 }],
  })

  await flipBit(join(root, 'data', 'blobs'))
  expect(await json('verify')).toMatchObject({ ok: false })
  expect(await json('provider', 'restore')).toEqual({ restored: 1, lost: 0 })
  expect(await json('verify')).toMatchObject({ ok: true })

  await flipBit(join(root, 'data', 'blobs'))
  expect(await json('verify', '--repair')).toMatchObject({ ok: true, restored: 1, lost: 0 })
  expect(await contentIn(join(root, 'data', 'blobs'))).toBe('a plan, in full')

  await flipBit(join(root, 'copies'))
  expect(await json('provider', 'verify')).toMatchObject({ ok: false, items: [{ failed: 1 }] })
  expect(await json('provider', 'sync', 'second disk')).toMatchObject({ ok: true })
  expect(await contentIn(join(root, 'copies'))).toBe('a plan, in full')
}, 60_000)

it('says which store is away', async () => {
  await storeOnNewBox('a plan')
  await rename(join(root, 'copies'), join(root, 'gone'))
  const [store] = (await json('provider', 'list')).items
  expect(store.state).toContain('away')
  await expect(onefold('provider', 'sync', 'nothing')).rejects.toMatchObject({ code: 'not_found' })
}, 60_000)

async function storeOnNewBox(text: string): Promise<void> {
  const store = await wireStore(loadConfig(), 'prepare')
  await store.ports.catalog.migrate()
  await store.close()
  const { ports, close } = await wire(loadConfig(), 'test')
  await firstStart(ports, { adminPassword: 'a password for tests' })
  const admin = await ports.catalog.people.userByName('admin')
  const access = await resolveAccess(ports, {
    userId: admin?.id ?? '',
    username: 'admin',
    displayName: 'admin',
    orgRole: 'admin',
    scopes: ['read', 'write', 'admin'],
    traceId: newTraceId(),
  })
  const source = (async function* () {
    yield Buffer.from(text)
  })()
  await ingestFile(ports, access, { source, name: 'plan.txt', door: 'web' })
  await onefold('verify') // settles what has arrived
  await close()
}

async function onefold(...args: string[]): Promise<string> {
  let out = ''
  const log = vi.spyOn(console, 'log').mockImplementation((text) => {
    out += String(text)
  })
  try {
    await program().parseAsync(args, { from: 'user' })
  } finally {
    process.exitCode = undefined
    log.mockRestore()
  }
  return out
}

const json = async (...args: string[]) => JSON.parse(await onefold(...args, '--json'))

async function fileIn(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const found = entries.filter((entry) => entry.isFile())
  expect(found).toHaveLength(1)
  return join(found[0]?.parentPath ?? '', found[0]?.name ?? '')
}

const contentIn = async (folder: string) => readFile(await fileIn(folder), 'utf8')

async function flipBit(folder: string): Promise<void> {
  const path = await fileIn(folder)
  const bytes = await readFile(path)
  bytes[0] = (bytes[0] ?? 0) ^ 1
  await chmod(path, 0o600)
  await writeFile(path, bytes)
}
