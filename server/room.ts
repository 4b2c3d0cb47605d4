import { statfs } from 'node:fs/promises'
import { AppError } from '../core/errors.ts'

/** Bytes in all and bytes that may still be used on the disk of a folder. */
export async function diskOf(folder: string): Promise<{ totalBytes: number; freeBytes: number }> {
  const { blocks, bavail, bsize } = await statfs(folder)
  return { totalBytes: blocks * bsize, freeBytes: bavail * bsize }
}

/** What is asked of a file before its first byte. */
interface RoomRules {
  dataDir: string
  reserveBytes: number
  upload: { maxBytes: number }
}

/**
 * Refuses a file before its first byte when it is larger than any may be, or when the disk would be
 * left with less than its reserve: a full disk stops everybody, a refused file only its sender.
 *
 * @throws AppError `too_large` (reason `FILE_TOO_LARGE`), `storage_full` (reason `DISK_RESERVE`)
 */
export async function assertRoom(rules: RoomRules, sizeBytes: number): Promise<void> {
  const [refusal] = await roomFor(rules, [sizeBytes])
  if (refusal) throw refusal
}

/** What `assertRoom` has against each of many files that come together; undefined where nothing. */
export async function roomFor(
  { dataDir, reserveBytes, upload }: RoomRules,
  sizes: readonly number[],
): Promise<(AppError | undefined)[]> {
  const { freeBytes } = await diskOf(dataDir)
  let leftBytes = freeBytes - reserveBytes
  return sizes.map((sizeBytes) => {
    if (sizeBytes > upload.maxBytes) return tooLarge(upload.maxBytes)
    if (leftBytes < sizeBytes) return noRoom()
    leftBytes -= sizeBytes
    return undefined
  })
}

const tooLarge = (maxBytes: number) =>
  new AppError('too_large', `Files may have at most ${maxBytes} bytes here.`, {
    reason: 'FILE_TOO_LARGE',
  })

const noRoom = () =>
  new AppError(
    'storage_full',
    'There is no room for this file on the disk. Ask your administrator to make some.',
    { reason: 'DISK_RESERVE' },
  )
