import { readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { blobStoreContract } from '../../tests/contracts/blob-store.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { diskBlobStore } from './blob-store.ts'

const folder = temporaryFolder

blobStoreContract('disk', async () => diskBlobStore(await folder()))

it('leaves no staged file behind when the source breaks off', async () => {
  const root = await folder()
  const blobs = await diskBlobStore(root)
  const broken = (async function* () {
    yield Buffer.alloc(1024)
    throw new Error('connection lost')
  })()
  await expect(blobs.stage(broken)).rejects.toThrow('connection lost')
  expect(await readdir(join(root, 'staging'))).toEqual([])
})

it('does not take files of others for staged bytes', async () => {
  const root = await folder()
  const blobs = await diskBlobStore(root)
  await writeFile(join(root, 'received', 'notes.txt'), 'of somebody')
  for await (const name of blobs.stagedNames()) expect.fail(name)
})

it('refuses a path that the catalog did not make', async () => {
  const blobs = await diskBlobStore(await folder())
  await expect(blobs.stat('../catalog.sqlite')).rejects.toMatchObject({ code: 'internal' })
})

it('says when a place for blobs is gone, before and while somebody stores', async () => {
  const root = await folder()
  const blobs = await diskBlobStore(root)
  await blobs.check()
  const staged = await blobs.stage(oneChunk())
  await rename(join(root, 'staging'), join(root, 'away'))
  await expect(blobs.check()).rejects.toMatchObject({ reason: 'STORE_UNUSABLE' })
  await expect(blobs.stage(oneChunk())).rejects.toMatchObject({ code: 'unavailable' })
  await rename(join(root, 'away'), join(root, 'staging'))
  await rename(join(root, 'blobs'), join(root, 'away'))
  await expect(blobs.check()).rejects.toMatchObject({ reason: 'STORE_UNUSABLE' })
  await staged.discard()
})

async function* oneChunk(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('x')
}
