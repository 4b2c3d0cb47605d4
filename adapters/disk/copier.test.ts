import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { newBlobPath } from '../../core/blob-path.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { diskBlobStore } from './blob-store.ts'

async function opened(bytes: Buffer) {
  const root = await temporaryFolder()
  const file = join(root, 'source')
  writeFileSync(file, bytes)
  const handle = await open(file, 'r')
  onTestFinished(() => handle.close())
  const blobs = await diskBlobStore(join(root, 'data'))
  const failure = (cause: unknown) => new Error(cause === undefined ? 'shorter' : 'unreadable')
  const source = { fd: handle.fd, sizeBytes: bytes.byteLength, failure }
  return { file, blobs, source, staging: () => readdirSync(join(root, 'data', 'staging')) }
}

it.each([0, 1, 300_000, 3 * 2 ** 20])(
  'copies and hashes %i bytes of an open file',
  async (size) => {
    const content = randomBytes(size)
    const { blobs, source, staging } = await opened(content)
    const staged = await blobs.stageCopy(source)
    if (!staged) throw new Error('nothing was copied')
    expect(staged.digest).toBe(createHash('sha256').update(content).digest('hex'))
    const path = newBlobPath(staged.digest)
    await staged.publish(path)
    await staged.discard()
    const read: Uint8Array[] = []
    for await (const chunk of blobs.read(path)) read.push(chunk)
    expect(Buffer.concat(read).equals(content)).toBe(true)
    expect(staging()).toEqual([])
  },
)

it('keeps nothing of a file that is shorter than it was, or cannot be read', async () => {
  const { file, blobs, source, staging } = await opened(randomBytes(300_000))
  truncateSync(file, 270_000)
  await expect(blobs.stageCopy(source)).rejects.toThrow('shorter')
  const folder = await open(join(file, '..'), 'r')
  onTestFinished(() => folder.close())
  await expect(blobs.stageCopy({ ...source, fd: folder.fd })).rejects.toThrow('unreadable')
  expect(staging()).toEqual([])
})

it('copies many beside each other, each whole', async () => {
  const { blobs, source } = await opened(Buffer.from('the same for all'))
  const all = await Promise.all(Array.from({ length: 50 }, () => blobs.stageCopy(source)))
  expect(new Set(all.map((staged) => staged?.digest)).size).toBe(1)
  for (const staged of all) await staged?.discard()
})

it('leaves a large file to be read piece by piece', async () => {
  const { blobs, source, staging } = await opened(Buffer.alloc(9 * 2 ** 20))
  expect(await blobs.stageCopy(source)).toBeUndefined()
  expect(staging()).toEqual([])
})
