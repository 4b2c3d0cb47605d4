import { openUploads, write } from './database.ts'
import {
  dropLongestUnused,
  forgetOthers,
  isStale,
  MOST_NOTES,
  readNotes,
  usedNow,
} from './file-notes.ts'
import type { UploadItem } from './item.ts'
import {
  notesOf,
  type Owner,
  type RememberedItem,
  rangeOf,
  type UploadDatabase,
} from './records.ts'

/** What is known of a file that was here before and has kept its size and its time. */
export interface Recollection {
  /** SHA-256 in hex. */
  digest: string
  /** The document it was stored as, in this very place; whether it still is, the server knows. */
  documentId?: string
}

/**
 * What the browser remembers: the queue when the tab is closed, but for the bytes; and files it has
 * read and sent, also when they are no longer in the queue.
 */
export interface QueueMemory {
  /** In the order they were added. Forgets whatever belongs to others. */
  load(): Promise<UploadItem[]>
  /** Writes the items, and what there is to know of their files. */
  save(items: readonly UploadItem[]): Promise<void>
  /** Forgets items; what is known of their files stays. */
  forget(ids: readonly string[]): Promise<void>
  /** One for each item, in order. */
  recall(items: readonly UploadItem[]): Promise<(Recollection | undefined)[]>
  /** Forgets everything: somebody signs out. */
  clear(): Promise<void>
}

/** Finished lines older than this are not shown again. */
const KEEP_STORED_MS = 24 * 60 * 60 * 1000

/** Remembers in IndexedDB, apart for each account: people share browsers, not file names. */
export function browserMemory(
  owner: Owner,
  { now = Date.now, most = MOST_NOTES }: { now?: () => number; most?: number } = {},
): QueueMemory {
  let opening: Promise<UploadDatabase> | undefined
  const database = () => {
    opening ??= openUploads(owner, now)
    return opening
  }
  const forget = async (ids: readonly string[]) => {
    const transaction = (await database()).transaction('items', 'readwrite')
    const deletes = ids.map((id) => transaction.store.delete(id))
    transaction.commit()
    await Promise.all([...deletes, transaction.done])
  }
  return {
    async load() {
      const db = await database()
      await forgetOthers(db, owner)
      const rows = await db.getAllFromIndex('items', 'byOwner', rangeOf(owner))
      const oldest = now() - KEEP_STORED_MS
      const old = rows.filter((row) => row.state === 'stored' && row.addedAt < oldest)
      await forget(old.map((row) => row.id))
      return rows.filter((row) => !old.includes(row)).map(withoutOwner)
    },
    async save(items) {
      // Copied before anything is awaited: it is this moment that is written.
      const rows = items.map(({ file: _, ...item }) => ({ ...item, ...owner }))
      const notes = items.map((item) => notesOf(item, owner, now()))
      const db = await database()
      await write(db, rows, notes)
      if (notes.some(({ fingerprint }) => fingerprint)) await dropLongestUnused(db, owner, most)
    },
    forget,
    async recall(items) {
      const db = await database()
      const notes = await readNotes(db, owner, items)
      const stale = notes.filter(({ fingerprint }) => fingerprint && isStale(fingerprint, now()))
      if (stale.length > 0)
        await write(
          db,
          [],
          stale.map((note) => usedNow(note, now())),
        )
      return notes.map(({ fingerprint, copy }) =>
        fingerprint
          ? { digest: fingerprint.digest, ...(copy && { documentId: copy.documentId }) }
          : undefined,
      )
    },
    async clear() {
      const db = await database()
      await Promise.all([...db.objectStoreNames].map((name) => db.clear(name)))
    },
  }
}

const withoutOwner = ({ userId: _, server: __, ...item }: RememberedItem): UploadItem => item
