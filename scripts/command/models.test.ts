import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import { wireStore } from '../../config/wire.ts'
import { firstStart } from '../../core/account/first-start.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { makeTinyModel, TINY_MODELS } from '../tiny-models.ts'
import { program } from './program.ts'

const NAME = TINY_MODELS.embedding

let root: string

beforeEach(async () => {
  root = await temporaryFolder()
})
afterEach(() => {
  vi.unstubAllEnvs()
})

it('carries a model from one box to another, which takes it when its key is confirmed', async () => {
  const file = join(root, 'models.onefold')
  await openBox('lab')
  await makeTinyModel('embedding', join(root, 'lab', 'models'))
  await expect(onefold('models', 'export', file, NAME)).rejects.toMatchObject({
    reason: 'MODEL_UNVERIFIED',
  })
  expect(await json('models', 'verify', NAME, '--adopt', '--licence', 'MIT')).toMatchObject({
    ok: true,
    checked: [NAME],
  })
  const { fingerprint } = await json('models', 'export', file)
  await expect(onefold('models', 'export', file)).rejects.toMatchObject({ reason: 'FILE_EXISTS' })

  await openBox('closed')
  await expect(onefold('models', 'import', file)).rejects.toMatchObject({ reason: 'UNKNOWN_KEY' })
  expect(await json('models', 'import', file, '--trust', fingerprint)).toEqual({ imported: [NAME] })
  const { items, missing } = await json('models', 'list')
  expect(items[0]).toMatchObject({ name: NAME, state: 'whole', licence: 'MIT', in_use: true })
  const { files, checksum } = items[0]
  expect(files.length).toBeGreaterThan(1)
  const lines = files.map(({ path, sha256 }: Record<string, string>) => `${sha256}  ${path}\n`)
  expect(checksum).toBe(createHash('sha256').update(lines.join('')).digest('hex'))
  const english = items.find(({ name }: { name: string }) => name === 'tesseract/eng')
  expect(english).toMatchObject({ licence: 'Apache-2.0', checksum: expect.any(String) })
  const shown = await onefold('models', 'list')
  expect(shown).toContain(checksum.slice(0, 12))
  expect(shown).toContain('not measured')
  expect(missing.map(({ kind }: { kind: string }) => kind)).toEqual(['speech', 'image'])
  expect(await onefold('models', 'list')).toContain('onefold models add')
}, 120_000)

it('finds what is damaged, and removes what is in use only by force', async () => {
  await openBox('box')
  const models = join(root, 'box', 'models')
  await makeTinyModel('embedding', models)
  await onefold('models', 'verify', NAME, '--adopt')
  await writeFile(join(models, NAME, 'config.json'), '{}')
  expect(await json('models', 'verify')).toMatchObject({
    ok: false,
    wrong: { [NAME]: ['config.json'] },
  })
  await makeTinyModel('embedding', models)
  await expect(onefold('models', 'remove', NAME)).rejects.toMatchObject({
    code: 'conflict',
    reason: 'MODEL_IN_USE',
  })
  expect(await json('models', 'remove', NAME, '--force')).toEqual({ removed: NAME })
  await expect(onefold('models', 'remove', NAME)).rejects.toMatchObject({ code: 'not_found' })
}, 120_000)

async function openBox(name: string): Promise<void> {
  vi.stubEnv('ONEFOLD_DATA_DIR', join(root, name))
  const { ports, close } = await wireStore(loadConfig(), 'test')
  await ports.catalog.migrate()
  await firstStart(ports, { adminPassword: 'a password for tests' })
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
