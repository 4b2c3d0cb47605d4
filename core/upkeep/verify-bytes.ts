import { hashing } from '../digest.ts'
import { codeOf, hasSystemCode } from '../errors.ts'
import type { BlobRow, Ports, Rereader } from '../ports/index.ts'

/**
 * How a blob's bytes read: as they should; twice alike, but not what they should be; or not at all, not
 * even twice alike, which may say more of a disk, a mount or a cable than of the file.
 */
export type Reading = 'whole' | 'wrong' | 'missing' | 'unread'

/** After so many that do not read, one after the other, it is not single files that are to blame. */
export const MOST_UNREAD = 3

/** Alarm that the store does not read: a disk or a mount is in trouble. Nothing is marked for it. */
export const UNREADABLE = 'unreadable'

export const unreadableWords = `${MOST_UNREAD} files one after the other could not be read: look at the disk and its mount; none of them was marked damaged`

export const isRead = (reading: Reading): boolean => reading === 'whole' || reading === 'wrong'

type Found = { digest: string; sizeBytes: number } | undefined

/** Reads a blob; when it is not what it should be, a second time. */
export async function readingOf(
  row: BlobRow,
  digestOf: (path: string) => Promise<Found>,
): Promise<Reading> {
  try {
    const first = await digestOf(row.path)
    if (isContent(row, first)) return 'whole'
    const second = await digestOf(row.path)
    if (isContent(row, second)) return 'whole'
    if (!second) return 'missing'
    return first?.digest === second.digest ? 'wrong' : 'unread'
  } catch (cause) {
    // Too many open files, or no right to read, say nothing about the bytes.
    if (hasSystemCode(cause, 'EIO')) return 'unread'
    throw cause
  }
}

const isContent = (row: BlobRow, found: Found): boolean =>
  found?.digest === row.digest && found.sizeBytes === row.sizeBytes

/** Reads through the store, as everybody does; see `Rereader` for what reads past the cache. */
export const digestIn =
  ({ blobs }: Pick<Ports, 'blobs'>): Rereader['digestOf'] =>
  async (path) => {
    const bytes = hashing(blobs.read(path))
    try {
      for await (const _ of bytes);
    } catch (cause) {
      if (codeOf(cause) === 'not_found') return undefined
      throw cause
    }
    return { digest: bytes.digest(), sizeBytes: bytes.size() }
  }

/** Whether the row is what was read still: neither swept nor healed meanwhile. */
export const isCurrent = async (
  { catalog }: Pick<Ports, 'catalog'>,
  { id, path }: BlobRow,
): Promise<boolean> => (await catalog.blobs.byId(id))?.path === path
