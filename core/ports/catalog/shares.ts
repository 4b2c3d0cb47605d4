import type { Digest } from '../../digest.ts'
import type { ShareEntryKey } from './ingest.ts'
import type { Act } from './library.ts'

/**
 * `mirror`: files stay where they are and are never touched. `inbox`: a file is moved to a dated folder
 * in `done`, below the share, once it is stored and the stored copy was read back.
 */
export type ShareMode = 'mirror' | 'inbox'

/**
 * `folders`: everything goes into one chapter, in the folders of the share. `chapters`: each folder
 * at the top is a chapter of the same book, made when it is needed; what lies beside them goes into
 * the share's own chapter.
 */
export type ShareMapping = 'folders' | 'chapters'

/** Minutes since midnight on this machine's clock, half-open; `from` after `to` passes midnight. */
export interface ScanWindow {
  from: number
  to: number
}

export interface Share {
  id: string
  name: string
  /** Absolute path of the watched folder. */
  path: string
  chapterId: string
  /** Account in whose name files arrive, and with whose rights chapters are made for them. */
  ownerId: string
  mode: ShareMode
  mapping: ShareMapping
  /** Glob patterns of what is taken at all; all of it when there are none. */
  include: string[]
  /** What becomes of a name that a document has already; absent: as its chapter does. */
  onConflict?: 'version' | 'keep_both'
  /** Longest time between two whole scans, in milliseconds; absent: the box's. */
  scanEveryMs?: number
  /** When whole scans may begin; absent: at any time. */
  scanWindow?: ScanWindow
  /** Glob patterns of paths below the root to leave out, beside the built-in ones. */
  exclude: string[]
  /** Size, mtime and ctime must stand still this long, in milliseconds. */
  settleMs: number
  /** Whether files in archives become documents of their own; absent: archives are listed only. */
  expandArchives?: boolean
  enabled: boolean
  createdAt: number
}

/**
 * `stored`: in the library as it was seen. `missing`: gone from the share, kept in the library.
 * `failed`: could not be read, is tried again. `refused`: is not taken as it is.
 */
export type ShareEntryState = 'stored' | 'missing' | 'failed' | 'refused'

export interface ShareEntry extends ShareEntryKey {
  state: ShareEntryState
  /** Absent for a file that was never stored, and when its document was removed for good. */
  documentId?: string
  /** Without a document it is a file of an inbox that lies in `done`, and may still be written to. */
  versionId?: string
  reason?: string
  message?: string
  /** Tries in a row that failed. */
  attempts: number
  updatedAt: number
}

export interface ShareStatus {
  shareId: string
  /** Whether changes are told by events, or found by scanning alone. */
  mode: 'events' | 'scan'
  lastScanAt?: number
  lastScanMs?: number
  /** Files that are stored as they lie in the share. */
  files: number
  /** Files seen and not yet taken: still being written, or waiting for their turn. */
  pending: number
  /** Files that failed or were refused. */
  failed: number
  missing: number
  /** What is wrong with the share as a whole and what to do about it, in words for staff. */
  error?: string
  /** `device:inode` of the folder when it was last scanned whole: tells it from an empty mount point. */
  root?: string
  /** Folders in it on which something was mounted then, one character a byte, with a slash at the end. */
  mounts?: string[]
  /** The file that marks the share was there then. */
  hasSentinel?: boolean
  /** Where files are read again, how far that has come: a path, one character a byte. */
  rereadTo?: string
  /** Everything that lay in the share at the last whole scan. */
  seen?: number
  /** Files that were moved to `done`, since the share is watched. */
  moved?: number
  /** New and changed files that a scan found and no event had told of, since the share is watched. */
  foundByScan?: number
  /** How often events were lost, as far as the system says so. */
  eventsLost?: number
  /** Why it is scanned and not listened to, in words for administrators. */
  modeReason?: string
  /** Why nothing is taken from it, or marked as missing, until somebody has looked: for staff. */
  frozenReason?: string
  frozenAt?: number
  /** It is frozen because the folder could not be reached: that ends when it can, and all is there. */
  isAway?: boolean
}

/** What an administrator asks of the process that watches a share. */
export type ShareOrder = 'scan' | 'release' | 'dry_run'

export interface AskedOrder {
  shareId: string
  what: ShareOrder
  askedAt: number
}

/** What a whole scan would do, found out without doing it. */
export interface DryRun {
  finishedAt: number
  tookMs: number
  /** Files by what would become of them. */
  counts: Record<DryRunKind, number>
  /** Bytes that would be read and stored. */
  bytes: number
  /** The first of them, by path. */
  items: DryRunItem[]
  /** Why the share would be frozen, or could not be looked at: nothing would be done then. */
  problem?: string
}

/** `new` and `changed` would be taken, `move` is stored and would be moved to `done`. */
export type DryRunKind = 'new' | 'changed' | 'move' | 'unchanged' | 'missing' | 'refused'

export interface DryRunItem {
  /** Display text. */
  path: string
  kind: Exclude<DryRunKind, 'unchanged'>
  sizeBytes: number
  /** Why it would be refused. */
  message?: string
}

/**
 * What a file may be known by at a path where it was never seen: by itself, or by its content among
 * the documents of one chapter.
 */
export type Origin =
  | Pick<ShareEntryKey, 'inode' | 'generation'>
  | { digest: Digest; since: number; chapterId: string }

/** A path of a share, and where a document of that path belongs. */
export interface EntryPlace {
  shareId: string
  path: Uint8Array
  chapterId: string
  folder: string
  name: string
}

export interface EntryMove {
  from: EntryPlace
  to: EntryPlace
  /** As it lies there, when its content is known to be the stored one; absent: as it lay before. */
  seen?: Omit<ShareEntryKey, 'shareId' | 'path'>
  /**
   * Whether the document may leave its chapter for that of the new path, and all its versions with it.
   * Never for a file that is known by its content alone: who wrote it may have read no more than that.
   */
  mayCross: boolean
  by: Act
}

export interface EntryQuery {
  /** Entries behind this path only. */
  afterPath?: Uint8Array
  limit: number
  state?: ShareEntryState
}

/** Watched folders and what was seen in them. An entry is unique by (share, path bytes). */
export interface Shares {
  /** By name. */
  list(): Promise<Share[]>
  /**
   * Adds a share, or changes the one of that id.
   *
   * @throws AppError `conflict` (reason `SHARE_EXISTS`) for a path that is watched already,
   * `not_found` for a chapter or an owner that is gone
   */
  put(share: Share, by?: Act): Promise<Share>
  /** Forgets a share and its entries; the documents stay, no longer tied to a source. */
  remove(id: string, by?: Act): Promise<void>
  /** Entries of a share by path bytes, one page. */
  entries(shareId: string, query: EntryQuery): Promise<ShareEntry[]>
  entry(shareId: string, path: Uint8Array): Promise<ShareEntry | undefined>
  /** But for files that lie in `done`. */
  counts(shareId: string): Promise<Record<ShareEntryState, number>>
  /** Records files that could not be taken, or why they are refused. */
  putEntries(entries: readonly ShareEntry[]): Promise<void>
  /**
   * Marks entries whose file is gone, and their documents' source state. Entries that point to no
   * document are forgotten.
   */
  markMissing(shareId: string, paths: readonly Uint8Array[], now: number): Promise<void>
  /** Marks entries whose file is back, unchanged. */
  markPresent(shareId: string, paths: readonly Uint8Array[], now: number): Promise<void>
  /**
   * Stored or missing files that may be the one that is met at a new path of the share: the same file,
   * or with the same content and missing since `since` at the earliest. Of this share, and of others
   * that feed the same book. Never what is in the trash or, for a content, empty.
   */
  origins(shareId: string, of: Origin, limit: number): Promise<ShareEntry[]>
  /**
   * Carries an entry to another path, as it was seen there, and its document to the place that belongs
   * to that path, unless people have moved it elsewhere. One transaction; false, and nothing done, when
   * the entry is gone, the new path has a document already, or the document lies in another chapter
   * and may not cross. A document that changes its chapter is told of as one to relink: see
   * `relinkMoved`.
   */
  moveEntry(move: EntryMove): Promise<boolean>
  /** Forgets files that are none of the share any more; their documents stay, tied to no source. */
  forget(shareId: string, paths: readonly Uint8Array[]): Promise<void>
  /** Asks something of who watches the share, once however often. @throws AppError `not_found` */
  order(shareId: string, what: ShareOrder, by: Act): Promise<void>
  /** What was asked and is not done, oldest first. */
  orders(): Promise<AskedOrder[]>
  /** An order was carried out; one that was given anew meanwhile stays. */
  orderDone(order: AskedOrder): Promise<void>
  /** Replaces the report of a share; one of a share that was removed is dropped. */
  putDryRun(shareId: string, report: DryRun): Promise<void>
  dryRun(shareId: string): Promise<DryRun | undefined>
  /** Replaces the status of a share; one of a share that was removed is dropped. */
  putStatus(status: ShareStatus, now: number): Promise<void>
  statuses(): Promise<ShareStatus[]>
}
