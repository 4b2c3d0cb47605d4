import { type IDBPTransaction, openDB, type StoreNames } from 'idb'
import type { UploadItem } from './item.ts'
import {
  type Notes,
  notesOf,
  type Owner,
  type RememberedItem,
  type Schema,
  type UploadDatabase,
} from './records.ts'

const NAME = 'onefold-uploads'
/** Raise it with every change of `Schema`, and say in `upgrade` how to get there. */
const VERSION = 2
/** Some browsers never answer when their storage is broken. */
const OPEN_MS = 10_000

/** @throws when the browser refuses, or does not answer */
export function openUploads(owner: Owner, now: () => number): Promise<UploadDatabase> {
  return new Promise((resolve, reject) => {
    const giveUp = (why: string) => () => reject(new Error(why))
    const timer = setTimeout(giveUp('The storage does not answer.'), OPEN_MS)
    openDB<Schema>(NAME, VERSION, {
      upgrade(db, from, _, transaction) {
        const undo = () => transaction.abort()
        void upgrade(db, from, { transaction, owner, now }).catch(undo)
      },
      blocked: giveUp('Another tab shows an older page.'),
      blocking: (_from, _to, event) => (event.target as IDBDatabase).close(),
    })
      .then(resolve, reject)
      .finally(() => clearTimeout(timer))
  })
}

interface Upgrading {
  transaction: IDBPTransaction<Schema, StoreNames<Schema>[], 'versionchange'>
  owner: Owner
  now: () => number
}

async function upgrade(db: UploadDatabase, from: number, upgrading: Upgrading): Promise<void> {
  if (from < 1) db.createObjectStore('items', { keyPath: 'id' })
  if (from >= 2) return
  const { transaction } = upgrading
  const items = transaction.objectStore('items')
  items.createIndex('byOwner', ['server', 'userId', 'addedAt'])
  db.createObjectStore('fingerprints', {
    keyPath: ['server', 'userId', 'path', 'sizeBytes', 'lastModified'],
  }).createIndex('byUse', ['server', 'userId', 'usedAt'])
  db.createObjectStore('copies', {
    keyPath: ['server', 'userId', 'digest', 'chapterId', 'folder', 'name'],
  }).createIndex('byUse', ['server', 'userId', 'usedAt'])
  if (from === 1) await fromFirst(upgrading)
}

/** Version 1 had items only, and knew of one server and of no path below the destination. */
async function fromFirst({ transaction, owner, now }: Upgrading): Promise<void> {
  const items = transaction.objectStore('items')
  const old: { deleteIndex(name: string): void } = items
  old.deleteIndex('byUser')
  for (const row of await items.getAll()) {
    const item = { ...row, server: owner.server, path: pathBelow(row) }
    await items.put(item)
    const notes = notesOf(item, item, now())
    if (notes.fingerprint) await transaction.objectStore('fingerprints').put(notes.fingerprint)
    if (notes.copy) await transaction.objectStore('copies').put(notes.copy)
  }
}

function pathBelow({ folder, name, destination }: UploadItem): string {
  const start = destination.folder === '' ? '' : `${destination.folder}/`
  const below = folder.startsWith(start) ? folder.slice(start.length) : ''
  return [below, name].filter(Boolean).join('/')
}

/** Writes lines of the queue and notes in one transaction. */
export async function write(
  db: UploadDatabase,
  items: readonly RememberedItem[],
  notes: readonly Notes[],
): Promise<void> {
  const transaction = db.transaction(['items', 'fingerprints', 'copies'], 'readwrite')
  const puts = [
    ...items.map((item) => transaction.objectStore('items').put(item)),
    ...notes.flatMap(({ fingerprint, copy }) => [
      fingerprint && transaction.objectStore('fingerprints').put(fingerprint),
      copy && transaction.objectStore('copies').put(copy),
    ]),
  ]
  // Said at once: a page that is being closed waits for no answers.
  transaction.commit()
  await Promise.all([...puts, transaction.done])
}
