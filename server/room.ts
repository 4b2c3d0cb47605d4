import { statfs } from 'node:fs/promises'

/** Bytes in all and bytes that may still be used on the disk of a folder. */
export async function diskOf(folder: string): Promise<{ totalBytes: number; freeBytes: number }> {
  const { blocks, bavail, bsize } = await statfs(folder)
  return { totalBytes: blocks * bsize, freeBytes: bavail * bsize }
}
