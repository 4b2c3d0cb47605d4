import type { UploadItem } from './item.ts'
import {
  type Fingerprint,
  type Notes,
  type Owner,
  rangeOf,
  type UploadDatabase,
} from './records.ts'

/** Files known at most, of about 300 bytes each. */
export const MOST_NOTES = 50_000

/** What is known of these files, in order. */
export async function readNotes(
  db: UploadDatabase,
  { server, userId }: Owner,
  items: readonly UploadItem[],
): Promise<Notes[]> {
  const transaction = db.transaction(['fingerprints', 'copies'])
  const read = async (item: UploadItem): Promise<Notes> => {
    const { path, sizeBytes, lastModified, destination, folder, name } = item
    const file: [string, string, string, number, number] = [
      server,
      userId,
      path,
      sizeBytes,
      lastModified,
    ]
    const fingerprint = await transaction.objectStore('fingerprints').get(file)
    if (!fingerprint) return {}
    const { digest } = fingerprint
    const chapterId = destination.chapterId ?? ''
    const place: [string, string, string, string, string, string] = [
      server,
      userId,
      digest,
      chapterId,
      folder,
      name,
    ]
    const copy = await transaction.objectStore('copies').get(place)
    return { fingerprint, ...(copy && { copy }) }
  }
  return Promise.all(items.map(read))
}

const DAY_MS = 24 * 60 * 60 * 1000

/** Whether it is worth a writing that the note was of use. */
export const isStale = ({ usedAt }: Fingerprint, now: number): boolean => now - usedAt > DAY_MS

export const usedNow = ({ fingerprint, copy }: Notes, usedAt: number): Notes => ({
  ...(fingerprint && { fingerprint: { ...fingerprint, usedAt } }),
  ...(copy && { copy: { ...copy, usedAt } }),
})

/** Drops a tenth of the notes, those that were of no use for longest, when there are more than `most`. */
export async function dropLongestUnused(
  db: UploadDatabase,
  owner: Owner,
  most: number,
): Promise<void> {
  for (const name of ['fingerprints', 'copies'] as const) {
    const excess = (await db.countFromIndex(name, 'byUse', rangeOf(owner))) - most
    if (excess <= 0) continue
    const { store, done } = db.transaction(name, 'readwrite')
    let left = excess + Math.floor(most / 10)
    let cursor = await store.index('byUse').openCursor(rangeOf(owner))
    while (cursor && left-- > 0) {
      await cursor.delete()
      cursor = await cursor.continue()
    }
    await done
  }
}

/** Forgets everything that belongs to another account or another box. */
export async function forgetOthers(db: UploadDatabase, owner: Owner): Promise<void> {
  const { lower, upper } = rangeOf(owner)
  const others = [IDBKeyRange.upperBound(lower, true), IDBKeyRange.lowerBound(upper)]
  const transaction = db.transaction(['items', 'fingerprints', 'copies'], 'readwrite')
  for (const range of others) {
    await transaction.objectStore('fingerprints').delete(range)
    await transaction.objectStore('copies').delete(range)
    let cursor = await transaction.objectStore('items').index('byOwner').openCursor(range)
    while (cursor) {
      await cursor.delete()
      cursor = await cursor.continue()
    }
  }
  await transaction.done
}
