import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { UploadItem } from './item.ts'

/** What the browser remembers of the queue when the tab is closed: everything but the bytes. */
export interface QueueMemory {
  /** In the order they were added. */
  load(): Promise<UploadItem[]>
  save(items: readonly UploadItem[]): Promise<void>
  forget(ids: readonly string[]): Promise<void>
}

type Remembered = Omit<UploadItem, 'file'> & { userId: string }

interface Schema extends DBSchema {
  items: { key: string; value: Remembered; indexes: { byUser: [string, number] } }
}

/** Raise it with every change of `Schema`, and say in `upgrade` how to get there. */
const VERSION = 1
/** Finished lines older than this are not shown again. */
const KEEP_STORED_MS = 24 * 60 * 60 * 1000

/** Remembers in IndexedDB, apart for each account: people share browsers, not file names. */
export function browserMemory(userId: string, now: () => number = Date.now): QueueMemory {
  let opening: Promise<IDBPDatabase<Schema>> | undefined
  const database = () => {
    opening ??= openDB<Schema>('onefold-uploads', VERSION, {
      upgrade(db, from) {
        if (from < 1) {
          db.createObjectStore('items', { keyPath: 'id' }).createIndex('byUser', [
            'userId',
            'addedAt',
          ])
        }
      },
    })
    return opening
  }
  const forget = async (ids: readonly string[]) => {
    const transaction = (await database()).transaction('items', 'readwrite')
    await Promise.all([...ids.map((id) => transaction.store.delete(id)), transaction.done])
  }
  return {
    async load() {
      const mine = IDBKeyRange.bound([userId, 0], [userId, Number.MAX_SAFE_INTEGER])
      const rows = await (await database()).getAllFromIndex('items', 'byUser', mine)
      const old = rows.filter(
        (row) => row.state === 'stored' && row.addedAt < now() - KEEP_STORED_MS,
      )
      await forget(old.map((row) => row.id))
      return rows.filter((row) => !old.includes(row)).map(({ userId: _, ...item }) => item)
    },
    async save(items) {
      // Copied before anything is awaited: it is this moment that is written.
      const rows = items.map(({ file: _, ...item }) => ({ ...item, userId }))
      const transaction = (await database()).transaction('items', 'readwrite')
      const puts = rows.map((row) => transaction.store.put(row))
      // Said at once: a page that is being closed waits for no answers.
      transaction.commit()
      await Promise.all([...puts, transaction.done])
    },
    forget,
  }
}
