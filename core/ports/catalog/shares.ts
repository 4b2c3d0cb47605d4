import type { ShareEntryKey } from './ingest.ts'
import type { Act } from './library.ts'

export interface Share {
  id: string
  name: string
  /** Absolute path of the watched folder. */
  path: string
  chapterId: string
  /** Account in whose name files arrive. */
  ownerId: string
  /** Glob patterns of paths below the root to leave out, beside the built-in ones. */
  exclude: string[]
  /** Size, mtime and ctime must stand still this long, in milliseconds. */
  settleMs: number
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
  /** Replaces the status of a share; one of a share that was removed is dropped. */
  putStatus(status: ShareStatus, now: number): Promise<void>
  statuses(): Promise<ShareStatus[]>
}
