import { createHash, randomBytes } from 'node:crypto'
import { closeSync, readdirSync, readlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { newBlobPath } from '../../core/blob-path.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { diskBlobStore } from './blob-store.ts'
import { openCopier } from './copier.ts'

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

/** Answers after as many ms as the source has bytes, but ends at one of 13 and answers one of 14 twice. */
const MORTAL = `
import { openSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
parentPort.on('message', ({ id, sizeBytes, to }) => {
  if (sizeBytes === 13) throw new Error('out of memory')
  const answer = (path) =>
    parentPort.postMessage({ id, kind: 'copied', fd: openSync(path, 'wx'), digest: 'd'.repeat(64) })
  if (sizeBytes === 14) answer(to + '.again')
  setTimeout(answer, sizeBytes, to)
})`

async function mortal() {
  const root = await temporaryFolder()
  writeFileSync(join(root, 'thread.mjs'), MORTAL)
  const copy = openCopier(pathToFileURL(join(root, 'thread.mjs')))
  let name = 0
  const order = async (sizeBytes: number) => {
    const failure = () => new Error('the source')
    const copied = await copy({ fd: 0, sizeBytes, failure }, join(root, String(name++)))
    if (copied) closeSync(copied.fd)
    return copied?.digest
  }
  return { root, order }
}

it('a thread that ends fails what it was asked for, and neither the other nor what comes after', async () => {
  const { order } = await mortal()
  const first = order(500)
  const ends = order(13)
  const beside = order(501)
  await expect(ends).rejects.toThrow('out of memory')
  const after = [order(1), order(2), order(3)]
  const digest = 'd'.repeat(64)
  expect(await Promise.all(after)).toEqual([digest, digest, digest])
  if (availableParallelism() > 1) {
    expect(await Promise.all([first, beside])).toEqual([digest, digest])
  } else {
    await Promise.allSettled([first, beside])
  }
})

it('closes what is answered and nobody waits for', async () => {
  const { root, order } = await mortal()
  await order(14)
  const open = () =>
    readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/self/fd/${fd}`)].filter((path) => path.startsWith(root))
      } catch {
        return []
      }
    })
  await expect.poll(open, { timeout: 10_000 }).toEqual([])
})
