import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Provider } from '../../core/ports/index.ts'

/**
 * What every Provider must do. An adapter is done when this passes.
 *
 * @param largeBytes more than goes in one piece
 * @param listed every key that lies in the store, however it came there
 */
export function providerContract(
  name: string,
  open: () => Promise<{ provider: Provider; listed(): Promise<string[]> }>,
  largeBytes: number,
) {
  describe(`${name} is a Provider`, () => {
    it('gives back what it was given, and says how long it is', async () => {
      const { provider } = await open()
      const key = newKey()
      await provider.put(key, chunks('hel', 'lo'), 5)
      expect(await text(provider.read(key))).toBe('hello')
      expect(await provider.stat(key)).toBe(5)
    })

    it('keeps large contents, in pieces of any length', async () => {
      const { provider } = await open()
      const key = newKey()
      const bytes = randomBytes(largeBytes)
      await provider.put(key, pieces(bytes), bytes.byteLength)
      expect(await provider.stat(key)).toBe(bytes.byteLength)
      expect(Buffer.compare(await whole(provider.read(key)), bytes)).toBe(0)
    })

    it('keeps the empty content', async () => {
      const { provider } = await open()
      const key = newKey()
      await provider.put(key, chunks(), 0)
      expect(await provider.stat(key)).toBe(0)
      expect(await text(provider.read(key))).toBe('')
    })

    it('replaces what was there', async () => {
      const { provider } = await open()
      const key = newKey()
      await provider.put(key, chunks('old and long'), 12)
      await provider.put(key, chunks('new'), 3)
      expect(await text(provider.read(key))).toBe('new')
    })

    it.each(['small', 'large'])('keeps nothing of a %s source that breaks off', async (size) => {
      const { provider, listed } = await open()
      const before = await listed()
      const bytes = size === 'large' ? largeBytes : 3
      await expect(provider.put(newKey(), broken(bytes), bytes + 1)).rejects.toThrow(
        'the disk is gone',
      )
      expect(await listed()).toEqual(before)
    })

    it('tells what is not there from what is away', async () => {
      const { provider } = await open()
      const key = newKey()
      expect(await provider.stat(key)).toBeUndefined()
      await expect(text(provider.read(key))).rejects.toMatchObject({ code: 'not_found' })
    })

    it('removes what is there, and does not mind what is not', async () => {
      const { provider, listed } = await open()
      const before = await listed()
      const key = newKey()
      await provider.put(key, chunks('x'), 1)
      expect(await listed()).toEqual([...before, key].sort())
      await provider.remove(key)
      await provider.remove(key)
      expect(await provider.stat(key)).toBeUndefined()
      expect(await listed()).toEqual(before)
    })

    it('lets go of a content that nobody reads to its end', async () => {
      const { provider } = await open()
      const key = newKey()
      const bytes = randomBytes(largeBytes)
      await provider.put(key, pieces(bytes), bytes.byteLength)
      for await (const chunk of provider.read(key)) {
        expect(chunk.byteLength).toBeGreaterThan(0)
        break
      }
      expect(await provider.stat(key)).toBe(bytes.byteLength)
    })

    it('says that it can be used', async () => {
      const { provider, listed } = await open()
      const before = await listed()
      await provider.check()
      expect(await listed()).toEqual(before)
    })
  })
}

/** A key as the catalog makes them. */
export const newKey = (): string => {
  const tag = randomBytes(32).toString('hex')
  return `${tag.slice(0, 2)}/${tag}.${randomBytes(8).toString('hex')}`
}

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const each of texts) yield Buffer.from(each)
}

async function* pieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0, step = 1; at < bytes.byteLength; at += step, step = (step * 7) % 300_007) {
    yield bytes.subarray(at, at + step)
  }
}

async function* broken(sizeBytes: number): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(sizeBytes)
  throw new Error('the disk is gone')
}

async function whole(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const chunk of source) all.push(chunk)
  return Buffer.concat(all)
}

const text = async (source: AsyncIterable<Uint8Array>) => (await whole(source)).toString()
