import { readSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { newBlobPath } from '../../core/blob-path.ts'
import type { Digest } from '../../core/digest.ts'
import { newId } from '../../core/ids.ts'
import type { BlobStore, StagedBlob } from '../../core/ports/index.ts'

const HELLO = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824' as Digest

/** What every BlobStore must do. An adapter is done when this passes. */
export function blobStoreContract(name: string, openStore: () => Promise<BlobStore>) {
  describe(`${name} is a BlobStore`, () => {
    it('hashes and counts what it stages, and shows it to nobody before it is published', async () => {
      const blobs = await openStore()
      const staged = await blobs.stage(chunks('hel', 'lo'))
      expect([staged.digest, staged.sizeBytes]).toEqual([HELLO, 5])
      expect(await listed(blobs)).toEqual([])
      await staged.discard()
    })

    it('reads back what was published, whole and in ranges', async () => {
      const blobs = await openStore()
      const path = await published(blobs, 'hello')
      expect(await text(blobs.read(path))).toBe('hello')
      expect(await text(blobs.read(path, { start: 1, end: 3 }))).toBe('el')
      expect(await text(blobs.read(path, { start: 2, end: 2 }))).toBe('')
      expect(await blobs.stat(path)).toBe(5)
      expect(await listed(blobs)).toEqual([path])
    })

    it('hands a published blob over as a file descriptor', async () => {
      const blobs = await openStore()
      const file = await blobs.open(await published(blobs, 'hello'))
      const bytes = Buffer.alloc(5)
      readSync(file.fd, bytes, 0, 5, 0)
      await file.close()
      expect([bytes.toString(), file.sizeBytes]).toEqual(['hello', 5])
    })

    it('never puts two blobs at one path', async () => {
      const blobs = await openStore()
      const path = await published(blobs, 'hello')
      const second = await blobs.stage(chunks('hello'))
      await expect(second.publish(path)).rejects.toMatchObject({ code: 'conflict' })
    })

    it('keeps nothing of a source that breaks off', async () => {
      const blobs = await openStore()
      await expect(blobs.stage(broken())).rejects.toThrow('connection lost')
      expect(await listed(blobs)).toEqual([])
    })

    it('finds named bytes again until they are discarded, published or not', async () => {
      const blobs = await openStore()
      const name = newId()
      await blobs.stage(chunks('hello'), name)
      await blobs.clearStaging()
      const again = await blobs.staged(name, HELLO)
      expect(again?.sizeBytes).toBe(5)
      const path = newBlobPath(HELLO)
      await again?.publish(path)
      expect(await blobs.staged(name, HELLO)).toBeDefined()
      await blobs.discardStaged(name)
      expect(await blobs.staged(name, HELLO)).toBeUndefined()
      expect(await text(blobs.read(path))).toBe('hello')
    })

    it('never gives one content for another that was staged under the same name', async () => {
      const blobs = await openStore()
      const name = newId()
      const first = await blobs.stage(chunks('hello'), name)
      const second = await blobs.stage(chunks('jello'), name)
      expect(await textOfStaged(blobs, await blobs.staged(name, HELLO))).toBe('hello')
      expect(await named(blobs)).toEqual([name])
      await second.discard()
      expect(await blobs.staged(name, second.digest)).toBeUndefined()
      expect(await blobs.staged(name, first.digest)).toBeDefined()
      await blobs.discardStaged(name)
      expect(await named(blobs)).toEqual([])
    })

    it('puts parts together in whatever order they come, and keeps them over a restart', async () => {
      const blobs = await openStore()
      const name = newId()
      expect(await blobs.stagedParts(name)).toBeUndefined()
      await Promise.all([
        blobs.stagePart(name, 4, chunks('o')),
        blobs.stagePart(name, 2, chunks('l', 'l')),
        blobs.stagePart(name, 0, chunks('he')),
      ])
      await blobs.clearStaging()
      const staged = await blobs.stagedParts(name)
      expect([staged?.digest, staged?.sizeBytes]).toEqual([HELLO, 5])
      const path = newBlobPath(HELLO)
      await staged?.publish(path)
      expect(await text(blobs.read(path))).toBe('hello')
      await staged?.discard()
      expect(await blobs.stagedParts(name)).toBeUndefined()
    })

    it('writes a part again where one broke off or was wrong', async () => {
      const blobs = await openStore()
      const name = newId()
      await blobs.stagePart(name, 4, chunks('o'))
      await expect(blobs.stagePart(name, 0, broken())).rejects.toThrow('connection lost')
      await blobs.stagePart(name, 0, chunks('hell'))
      expect((await blobs.stagedParts(name))?.digest).toBe(HELLO)
    })

    it('keeps what came whole apart from what came in parts under the same name', async () => {
      const blobs = await openStore()
      const name = newId()
      await blobs.stagePart(name, 0, chunks('parts'))
      await blobs.stage(chunks('hello'), name)
      await blobs.stagePart(name, 0, chunks('PARTS'))
      expect(await textOfStaged(blobs, await blobs.staged(name, HELLO))).toBe('hello')
      expect(await named(blobs)).toEqual([name])
      await blobs.discardStaged(name)
      expect(await named(blobs)).toEqual([])
      expect(await blobs.stagedParts(name)).toBeUndefined()
    })

    it('removes a blob once and does not mind being asked twice', async () => {
      const blobs = await openStore()
      const path = await published(blobs, 'hello')
      await blobs.remove(path)
      await blobs.remove(path)
      expect(await blobs.stat(path)).toBeUndefined()
      await expect(text(blobs.read(path))).rejects.toMatchObject({ code: 'not_found' })
    })
  })
}

async function published(blobs: BlobStore, content: string): Promise<string> {
  const staged = await blobs.stage(chunks(content))
  const path = newBlobPath(staged.digest)
  await staged.publish(path)
  return path
}

async function textOfStaged(blobs: BlobStore, staged: StagedBlob | undefined): Promise<string> {
  const path = newBlobPath(HELLO)
  await staged?.publish(path)
  return text(blobs.read(path))
}

async function named(blobs: BlobStore): Promise<string[]> {
  const names: string[] = []
  for await (const name of blobs.stagedNames()) names.push(name)
  return names
}

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const each of texts) yield Buffer.from(each)
}

async function* broken(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('half')
  throw new Error('connection lost')
}

async function text(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = []
  for await (const chunk of bytes) all.push(chunk)
  return Buffer.concat(all).toString()
}

async function listed(blobs: BlobStore): Promise<string[]> {
  const paths: string[] = []
  for await (const { path } of blobs.list()) paths.push(path)
  return paths
}
