import { spawnSync } from 'node:child_process'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { diskKeyRing } from '../../adapters/disk/audit-key.ts'
import { sqlCatalog } from '../../adapters/sql/catalog.ts'
import { migratedCatalog } from '../../tests/migrated-catalog.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { testKeys } from '../../tests/test-keys.ts'
import { program } from './program.ts'

/** A stopped box with an administrator and some entries. */
async function stoppedBox() {
  const dataDir = join(await temporaryFolder(), 'data')
  await mkdir(dataDir)
  vi.stubEnv('ONEFOLD_DATA_DIR', dataDir)
  vi.stubEnv('ONEFOLD_EMBEDDER', 'builtin')
  onTestFinished(() => {
    vi.unstubAllEnvs()
    process.exitCode = undefined
  })
  const ring = diskKeyRing(dataDir, { now: () => Date.now() })
  const catalog = sqlCatalog(await migratedCatalog(dataDir), testKeys, undefined, { ring })
  const root = { id: 'root', username: 'root', displayName: 'Root', createdAt: 0 }
  await catalog.people.createUser({ ...root, orgRole: 'admin' })
  for (const n of [1, 2, 3]) {
    const entry = { at: n, action: 'book.create', subject: `book:${n}`, traceId: 't' }
    await catalog.journal.audit({ ...entry, detail: { name: `Book ${n}` } })
  }
  await catalog.close()
  return dataDir
}

/** In this process: loading the product is most of what a command takes. */
async function onefold(...args: string[]) {
  const lines: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((text) => lines.push(String(text)))
  process.exitCode = undefined
  try {
    await program().parseAsync(args, { from: 'user' })
    return { code: Number(process.exitCode ?? 0), out: lines.join('\n') }
  } finally {
    log.mockRestore()
  }
}

it('an exported file is verified with key and head alone, and an edit in it is found', async () => {
  const folder = await stoppedBox()
  const [key, log, head] = ['key', 'log.jsonl', 'head'].map((name) => join(folder, '..', name))
  if (!key || !log || !head) throw new Error('three names give three paths')
  expect(await onefold('audit', 'verify')).toMatchObject({ code: 0 })
  await writeFile(head, `{"msg":"Audit head.","head":"${(await onefold('audit', 'head')).out}"}\n`)
  await onefold('audit', 'key', '--out', key)
  await onefold('audit', 'export', '--out', log)
  await expect(onefold('audit', 'key')).rejects.toMatchObject({ code: 'not_found' })

  vi.stubEnv('ONEFOLD_DATA_DIR', join(folder, 'of-no-box'))
  const verify = () => onefold('audit', 'verify', '--export', log, '--key', key, '--head', head)
  const sound = await verify()
  expect(sound.code).toBe(0)
  expect(sound.out).toContain('1 heads compared')
  // And so does the verifier in one file, where there is nothing but Node.
  const alone = join(folder, '..', 'verify-audit.mjs')
  await copyFile(join(import.meta.dirname, '..', 'verify-audit.mjs'), alone)
  const byOneFile = () => {
    const given = [alone, log, '--key', key, '--head', head]
    return spawnSync(process.execPath, given, { cwd: '/', encoding: 'utf8', env: {} })
  }
  expect(byOneFile()).toMatchObject({ status: 0, stdout: expect.stringContaining('All is well.') })
  const text = await readFile(log, 'utf8')
  await writeFile(log, text.replace('Book 2', 'Book 9'))
  const edited = await verify()
  expect(edited.code).toBe(1)
  expect(edited.out).toContain('NOT SOUND: entry 2')
  expect(byOneFile()).toMatchObject({ status: 1, stdout: expect.stringContaining('entry 2 was') })
  await writeFile(log, text.split('\n').slice(0, 3).join('\n'))
  expect((await verify()).out).toContain('NOT SOUND: entry 3 and all after it are gone')
})

it('a new chain begins when the key is lost, and is verified with both keys', async () => {
  const folder = await stoppedBox()
  const [one, other] = ['one', 'other'].map((name) => join(folder, '..', name))
  if (!one || !other) throw new Error('two names give two paths')
  await onefold('audit', 'key', '--out', one)
  await onefold('audit', 'key', '--new', '--out', other)
  const unknown = await onefold('audit', 'verify', '--key', one)
  expect(unknown.out).toContain('belongs to a chain whose key is not in the file')
  await writeFile(one, (await readFile(one, 'utf8')) + (await readFile(other, 'utf8')))
  expect(await onefold('audit', 'verify', '--key', one)).toMatchObject({ code: 0 })
})
