import type { DBSchema, IDBPDatabase } from 'idb'
import type { UploadItem } from './item.ts'

/** Whose records they are: an account of a box. An address may come to belong to another box. */
export interface Owner {
  /** Id of the box. */
  server: string
  userId: string
}

export type RememberedItem = Omit<UploadItem, 'file'> & Owner

/** The fingerprint of a file as it was when it was read: it holds as long as size and time do. */
export interface Fingerprint extends Owner {
  path: string
  sizeBytes: number
  lastModified: number
  /** SHA-256 in hex. */
  digest: string
  /** Epoch ms; the longest unused go first. */
  usedAt: number
}

/** A content that was stored somewhere, by its fingerprint. */
export interface StoredCopy extends Owner {
  digest: string
  /** '' for the server's own default. */
  chapterId: string
  folder: string
  name: string
  documentId: string
  /** Epoch ms; the longest unused go first. */
  usedAt: number
}

type ByUse = [server: string, userId: string, usedAt: number]

export interface Schema extends DBSchema {
  items: { key: string; value: RememberedItem; indexes: { byOwner: [string, string, number] } }
  fingerprints: {
    key: [server: string, userId: string, path: string, sizeBytes: number, lastModified: number]
    value: Fingerprint
    indexes: { byUse: ByUse }
  }
  copies: {
    key: [
      server: string,
      userId: string,
      digest: string,
      chapterId: string,
      folder: string,
      name: string,
    ]
    value: StoredCopy
    indexes: { byUse: ByUse }
  }
}

export type UploadDatabase = IDBPDatabase<Schema>

/** All records of an owner: arrays sort behind everything else. */
export const rangeOf = ({ server, userId }: Owner): IDBKeyRange =>
  IDBKeyRange.bound([server, userId], [server, userId, []])

/** What outlives an item's line in the queue. */
export interface Notes {
  fingerprint?: Fingerprint
  copy?: StoredCopy
}

/** What an item tells of its file. */
export function notesOf(
  item: Omit<UploadItem, 'file'>,
  { server, userId }: Owner,
  usedAt: number,
): Notes {
  const { path, sizeBytes, lastModified, digest, documentId, folder, name } = item
  if (digest === undefined) return {}
  const mine = { server, userId, digest, usedAt }
  const fingerprint = { ...mine, path, sizeBytes, lastModified }
  if (item.state !== 'stored' || documentId === undefined) return { fingerprint }
  const chapterId = item.destination.chapterId ?? ''
  return { fingerprint, copy: { ...mine, chapterId, folder, name, documentId } }
}
