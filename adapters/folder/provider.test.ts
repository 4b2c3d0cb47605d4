import { mkdir, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { newKey, providerContract } from '../../tests/contracts/provider.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { folderProvider } from './provider.ts'

const open = async () => {
  const path = await temporaryFolder()
  return { path, provider: folderProvider({ name: 'folder', path }), listed: () => filesIn(path) }
}

providerContract('folder', open, 3 * 2 ** 20)

it('is away, and not empty, when its folder is not there; and it does not make it', async () => {
  const { path, provider } = await open()
  const key = newKey()
  await provider.put(key, one(), 1)
  await rename(path, `${path}-away`)
  for (const use of [
    () => provider.check(),
    () => provider.stat(key),
    () => provider.remove(key),
    () => provider.put(newKey(), one(), 1),
    () => provider.read(key)[Symbol.asyncIterator]().next(),
  ]) {
    await expect(use()).rejects.toMatchObject({ code: 'unavailable', reason: 'PROVIDER_AWAY' })
  }
  await mkdir(path).then(() => rm(path, { recursive: true })) // nobody made it
  await rename(`${path}-away`, path)
  expect(await provider.stat(key)).toBe(1)
})

it('removes half-written files of a process that died, and none that may still be written', async () => {
  const { path, provider, listed } = await open()
  await provider.check()
  await writeFile(join(path, '.incoming', 'dead'), 'half of')
  await writeFile(join(path, '.incoming', 'alive'), 'half of')
  const longAgo = Date.now() / 1000 - 2 * 24 * 60 * 60
  await utimes(join(path, '.incoming', 'dead'), longAgo, longAgo)
  const key = newKey()
  await provider.put(key, one(), 1)
  expect(await listed()).toEqual(['.incoming/alive', key])
})

it('refuses a key that climbs out of the folder', async () => {
  const { provider } = await open()
  for (const key of ['../x/y', 'ab/../../y', '/etc/passwd', 'ab', 'ab/.hidden', 'ab/c/d']) {
    await expect(provider.put(key, one(), 1)).rejects.toMatchObject({ code: 'internal' })
  }
})

async function filesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .sort()
}

async function* one(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('x')
}
