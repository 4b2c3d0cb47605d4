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
 * Refuses a file before its first byte when it is larger than any may be, or when the disk would be left with less than its reserve: a full
 * disk stops everybody, a refused file only its sender.
 *
 * @throws AppError `too_large` (reason `FILE_TOO_LARGE`), `storage_full` (reason `DISK_RESERVE`)
 */
export async function assertRoom(
  { dataDir, reserveBytes, upload }: RoomRules,
  sizeBytes: number,
): Promise<void> {
  if (sizeBytes > upload.maxBytes) {
    throw new AppError('too_large', `Files may have at most ${upload.maxBytes} bytes here.`, {
      reason: 'FILE_TOO_LARGE',
    })
  }
  const { freeBytes } = await diskOf(dataDir)
  if (freeBytes - sizeBytes >= reserveBytes) return
  throw new AppError(
    'storage_full',
    'There is no room for this file on the disk. Ask your administrator to make some.',
    { reason: 'DISK_RESERVE' },
  )
}
