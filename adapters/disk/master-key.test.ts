import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { masterKey } from './master-key.ts'

it('makes one key, for its owner alone, and keeps it', async () => {
  const path = join(await temporaryFolder(), 'master.key')
  const made = await masterKey(path)
  expect(made.byteLength).toBe(32)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await masterKey(path)).toEqual(made)
})

it('is the same for all who start at once', async () => {
  const path = join(await temporaryFolder(), 'master.key')
  const keys = await Promise.all([masterKey(path), masterKey(path)])
  expect(keys[0]).toEqual(keys[1])
  expect(Buffer.from(await readFile(path, 'utf8'), 'utf8').byteLength).toBe(65)
})

it('refuses a file that holds no key, and leaves it alone', async () => {
  const path = join(await temporaryFolder(), 'master.key')
  await writeFile(path, 'not a key')
  await expect(masterKey(path)).rejects.toMatchObject({ reason: 'MASTER_KEY' })
  expect(await readFile(path, 'utf8')).toBe('not a key')
})
