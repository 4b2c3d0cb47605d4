import { AppError } from '../errors.ts'
import type { Ports } from '../ports/index.ts'

/** Bytes of a stream after which the disk is asked again. */
const ASK_AGAIN_BYTES = 64 * 2 ** 20

type Store = Pick<Ports, 'blobs'>

/**
 * Refuses a file before its first byte when the disk would be left with less than its reserve: a full
 * disk stops everybody, a refused file only its sender.
 *
 * @throws AppError `storage_full` (reason `DISK_RESERVE`)
 */
export async function assertRoom({ blobs }: Store, sizeBytes: number): Promise<void> {
  if ((await blobs.room()) < Math.max(sizeBytes, 1)) throw noRoom()
}

/** Which of many files that come together find room, each beside those before it. */
export async function roomForEach({ blobs }: Store, sizes: readonly number[]): Promise<boolean[]> {
  let left = await blobs.room()
  return sizes.map((sizeBytes) => {
    if (left < Math.max(sizeBytes, 1)) return false
    left -= sizeBytes
    return true
  })
}

/** Passes bytes on while there is room for them, however many they are said to be. */
export async function* withinRoom(
  store: Store,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let unasked = 0
  for await (const chunk of source) {
    unasked += chunk.byteLength
    if (unasked >= ASK_AGAIN_BYTES) {
      await assertRoom(store, 0)
      unasked = 0
    }
    yield chunk
  }
}

export const noRoom = () =>
  new AppError(
    'storage_full',
    'There is no room for this file on the disk. Ask your administrator to make some.',
    { reason: 'DISK_RESERVE' },
  )
