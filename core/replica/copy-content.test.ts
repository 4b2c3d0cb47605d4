import { readFile, rename } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { copiesWorld, DAY_MS, flipBit } from '../../tests/copies-world.ts'
import { AppError } from '../errors.ts'
import { newId } from '../ids.ts'
import { sweep } from '../upkeep/sweep.ts'
import { queueAll } from './queue-all.ts'
import { removeCopies } from './remove-copies.ts'

it('copies a content, reads it back, and counts it only then', async () => {
  const on = await copiesWorld()
  const { version } = await on.store('a plan')
  expect(await on.figures()).toEqual({ waiting: 1, stored: 0, failed: 0 })
  expect(await on.work()).toEqual([])
  const [copy = ''] = await on.copies()
  expect(await readFile(copy, 'utf8')).toBe('a plan')
  expect(await on.figures()).toEqual({ waiting: 0, stored: 1, failed: 0 })
  await on.link(version.id)
  expect(await on.shown(version.id)).toMatchObject([
    { provider: 'folder', state: 'stored', checksum: expect.stringMatching(/^crc32c:/) },
  ])
})

it('names a copy neither by its content nor by its name', async () => {
  const on = await copiesWorld()
  const { version } = await on.store('a plan', { name: 'secret plan.txt' })
  await on.work()
  const [copy = ''] = await on.copies()
  expect(copy).not.toContain(version.digest.slice(0, 8))
  expect(copy).not.toContain('plan')
})

it('sends a content once, however many pointers it gets', async () => {
  const on = await copiesWorld()
  for (let i = 0; i < 5; i++) {
    await on.store('ten bytes.')
    expect(await on.work()).toEqual([])
  }
  expect(on.sentBytes()).toBe(10)
  expect(await on.copies()).toHaveLength(1)
})

it('does not take the word of a store that keeps other bytes', async () => {
  const on = await copiesWorld()
  const { version } = await on.store('a plan')
  const liar = {
    ...on.provider,
    async put(...what: Parameters<typeof on.provider.put>) {
      const checksum = await on.provider.put(...what)
      for (const copy of await on.copies()) await flipBit(copy)
      return checksum
    },
  }
  for (let tries = 0; tries < 8; tries++) await on.work(liar)
  expect(await on.figures()).toEqual({ waiting: 0, stored: 0, failed: 1 })
  await on.link(version.id)
  expect(await on.shown(version.id)).toEqual([{ provider: 'folder', state: 'failed' }])

  expect(await on.catalog.copies.retry(undefined, on.clock.now())).toBe(1)
  expect(await on.work()).toEqual([])
  expect(await on.figures()).toEqual({ waiting: 0, stored: 1, failed: 0 })
})

it('waits for a store that is away, however long', async () => {
  const on = await copiesWorld()
  await on.store('a plan')
  await rename(on.folder, `${on.folder}-away`)
  for (let tries = 0; tries < 12; tries++) {
    on.clock.advance(DAY_MS)
    expect(await on.work()).not.toEqual([])
  }
  expect(await on.figures()).toEqual({ waiting: 1, stored: 0, failed: 0 })
  await rename(`${on.folder}-away`, on.folder)
  on.clock.advance(DAY_MS)
  expect(await on.work()).toEqual([])
  expect(await on.figures()).toEqual({ waiting: 0, stored: 1, failed: 0 })
})

it('reads copies back from time to time, and makes a spoiled or missing one again', async () => {
  const on = await copiesWorld()
  await on.store('a plan')
  await on.store('another')
  await on.work()
  const [first = '', second = ''] = await on.copies()
  await flipBit(first)
  await rename(second, `${second}-gone`)
  expect(await on.work()).toEqual([])
  on.clock.advance(31 * DAY_MS)
  expect(await on.work()).toHaveLength(2)
  expect(await on.figures()).toMatchObject({ stored: 0 })
  expect(await on.work()).toEqual([])
  expect(await on.figures()).toEqual({ waiting: 0, stored: 2, failed: 0 })
})

it('keeps a copy that it cannot see for the moment', async () => {
  const on = await copiesWorld()
  await on.store('a plan')
  await on.work()
  await rename(on.folder, `${on.folder}-away`)
  on.clock.advance(31 * DAY_MS)
  await on.work()
  await rename(`${on.folder}-away`, on.folder)
  expect(await on.figures()).toEqual({ waiting: 0, stored: 1, failed: 0 })
  const sent = on.sentBytes()
  expect(await on.work()).toEqual([])
  expect(on.sentBytes()).toBe(sent)
})

it('copies no damaged bytes, and says so to the next verification', async () => {
  const on = await copiesWorld()
  const { version } = await on.store('a plan')
  await flipBit(await on.pathOf(version.digest))
  expect(await on.work()).toEqual(['The bytes of this content are damaged here.'])
  expect(await on.catalog.blobs.live(version.digest)).toBeUndefined()
  expect(await on.figures()).toEqual({ waiting: 1, stored: 0, failed: 0 })
  await on.store('a plan')
  expect(await on.work()).toEqual([])
  expect(await on.figures()).toEqual({ waiting: 0, stored: 1, failed: 0 })
})

it('marks nothing for bytes that cannot be read for the moment, and copies them later', async () => {
  const on = await copiesWorld()
  const { version } = await on.store('a plan')
  const path = await on.pathOf(version.digest)
  await rename(path, `${path}-away`)
  expect(await on.work()).toEqual(['The bytes of this content could not be read here.'])
  expect(await on.catalog.blobs.live(version.digest)).toBeDefined()
  await rename(`${path}-away`, path)
  on.clock.advance(DAY_MS)
  expect(await on.work()).toEqual([])
  expect(await on.figures()).toEqual({ waiting: 0, stored: 1, failed: 0 })
})

it('queues everything old for a store that is new', async () => {
  const on = await copiesWorld()
  await on.catalog.copies.enrol([])
  for (const text of ['one', 'two', 'three']) await on.store(text)
  expect(await on.work()).toEqual([])
  expect(await on.copies()).toEqual([])
  await on.catalog.copies.enrol(['folder'])
  await queueAll(on.ports, 'folder', on.options.signal)
  expect(await on.work()).toEqual([])
  expect(await on.copies()).toHaveLength(3)
})

it('removes a copy once nothing points to its content, and never that of one which came back', async () => {
  const on = await copiesWorld()
  const times = { graceMs: -1, trashMs: DAY_MS, uploadMs: DAY_MS, endedUploadMs: DAY_MS }
  const { documentId } = await on.store('a plan')
  await on.work()
  await on.remove(documentId)
  await sweep(on.ports, times)
  await on.store('a plan')
  expect(await on.work()).toEqual([])
  expect(await on.copies()).toHaveLength(2)
  expect(await removeCopies(on.ports, on.provider, on.options.signal)).toBe(1)
  const [left = ''] = await on.copies()
  expect(await readFile(left, 'utf8')).toBe('a plan')
  expect(await on.copies()).toHaveLength(1)
  expect(await on.figures()).toEqual({ waiting: 0, stored: 1, failed: 0 })
})

it('does not remove what somebody may still be writing', async () => {
  const on = await copiesWorld()
  const { documentId } = await on.store('a plan')
  const times = { graceMs: -1, trashMs: DAY_MS, uploadMs: DAY_MS, endedUploadMs: DAY_MS }
  on.clock.advance(1000)
  await on.catalog.copies.take('folder', 5_000, on.clock.now())
  await on.remove(documentId)
  await sweep(on.ports, times)
  expect(await removeCopies(on.ports, on.provider, on.options.signal)).toBe(0)
  on.clock.advance(5_001)
  expect(await removeCopies(on.ports, on.provider, on.options.signal)).toBe(1)
})

it('gives work to one at a time, and to another when that one is silent', async () => {
  const on = await copiesWorld()
  await on.store('a plan')
  on.clock.advance(1000)
  const { copies } = on.catalog
  const first = await copies.take('folder', 5_000, on.clock.now())
  expect(await copies.take('folder', 5_000, on.clock.now())).toBeUndefined()
  on.clock.advance(5_000)
  const second = await copies.take('folder', 5_000, on.clock.now())
  if (!first || !second) throw new Error('there was nothing to do')
  const seen = { nextLookAt: 0 }
  expect(await copies.verified(first, seen, on.clock.now())).toBe(false)
  expect(await copies.verified(second, seen, on.clock.now())).toBe(true)
})

it('tells of copies alike, whether somebody had the content before or not', async () => {
  const on = await copiesWorld()
  const { version: before } = await on.store('known')
  await on.work()
  await on.link(before.id)
  on.clock.advance(DAY_MS)

  const { version: again } = await on.store('known')
  const { version: fresh } = await on.store('fresh')
  const waiting = [{ provider: 'folder', state: 'waiting' }]
  const both = async () => [await on.shown(again.id), await on.shown(fresh.id)]
  expect(await both()).toEqual([waiting, waiting])
  await on.link(again.id)
  await on.link(fresh.id)
  expect(await both()).toEqual([waiting, waiting])

  const away = { ...on.provider, put: refuse, read: () => refusing }
  await on.work(away)
  expect(await both()).toEqual([waiting, waiting])
  await on.work()
  const stored = [{ provider: 'folder', state: 'stored', verifiedAt: on.clock.now() }]
  expect(await both()).toMatchObject([stored, stored])
  expect(on.sentBytes()).toBe(10)
})

it('tells of a copy that was seen before the version could be found as if it had been seen then', async () => {
  const on = await copiesWorld()
  const { version } = await on.store('a plan')
  await on.work()
  on.clock.advance(DAY_MS)
  await on.link(version.id)
  expect(await on.shown(version.id)).toMatchObject([{ verifiedAt: on.clock.now() }])
  expect(await on.shown(newId())).toBeUndefined()
})

const refuse = async (): Promise<never> => {
  throw new AppError('unavailable', 'away')
}

const refusing: AsyncIterable<Uint8Array> = {
  [Symbol.asyncIterator]: () => ({ next: refuse }),
}
