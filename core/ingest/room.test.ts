import { expect, it } from 'vitest'
import { diskBlobStore } from '../../adapters/disk/blob-store.ts'
import { memoryBlobStore } from '../../adapters/memory/blob-store.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import type { Ports } from '../ports/index.ts'
import { ingestFromShare, type SourceFile } from '../share/ingest-from-share.ts'
import { assertRoom, roomForEach, withinRoom } from './room.ts'

const FULL = 2 ** 60
const NO_ROOM = { code: 'storage_full', reason: 'DISK_RESERVE' }

it('has room for what leaves the reserve, and none when less than that is free', async () => {
  const blobs = await diskBlobStore(await temporaryFolder())
  await assertRoom({ blobs }, 1000)
  await expect(assertRoom({ blobs }, FULL)).rejects.toMatchObject(NO_ROOM)
  const full = { blobs: await diskBlobStore(await temporaryFolder(), FULL) }
  expect(await full.blobs.room()).toBe(0)
  await expect(assertRoom(full, 0)).rejects.toMatchObject(NO_ROOM)
})

it('gives room to files in their order, and to none that those before have taken', async () => {
  const room = async () => 10
  const blobs = { ...memoryBlobStore(), room }
  expect(await roomForEach({ blobs }, [4, 8, 6, 1])).toEqual([true, false, true, false])
})

it('stops a stream whose size nobody told when the room is used up', async () => {
  const blobs = await diskBlobStore(await temporaryFolder(), FULL)
  let chunks = 0
  const endless = (async function* () {
    for (; chunks < 1000; chunks++) yield Buffer.alloc(16 * 2 ** 20)
  })()
  const read = async () => {
    for await (const _ of withinRoom({ blobs }, endless));
  }
  await expect(read()).rejects.toMatchObject(NO_ROOM)
  expect(chunks).toBeLessThan(10)
})

it('takes no file of a share that would use the reserve up, and reads none of it', async () => {
  const blobs = await diskBlobStore(await temporaryFolder(), FULL)
  const file = {
    stamp: { sizeBytes: 5 },
    bytes: (async function* () {
      yield await Promise.reject(new Error('it was read'))
    })(),
  } as unknown as SourceFile
  const taken = ingestFromShare({ blobs } as unknown as Ports, {} as never, file)
  await expect(taken).rejects.toMatchObject(NO_ROOM)
})
