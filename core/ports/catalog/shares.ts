import type { ShareEntryKey } from './ingest.ts'

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

export type ShareEntryState = 'stored' | 'missing' | 'failed' | 'refused'

export interface ShareEntry extends ShareEntryKey {
  state: ShareEntryState
  documentId?: string
  versionId?: string
  reason?: string
  message?: string
  attempts: number
  updatedAt: number
}

export interface ShareStatus {
  shareId: string
  mode: 'events' | 'scan'
  lastScanAt?: number
  lastScanMs?: number
  files: number
  pending: number
  failed: number
  missing: number
  error?: string
}

/** Watched folders and what was seen in them. An entry is unique by (share, path bytes). */
export interface Shares {
  list(): Promise<Share[]>
  /** @throws AppError `conflict` (reason `SHARE_EXISTS`) for a path that is watched already */
  put(share: Share): Promise<Share>
  remove(id: string): Promise<void>
  /** All entries of a share, by path bytes; read in pages of `limit` after `afterPath`. */
  entries(shareId: string, afterPath: Uint8Array | undefined, limit: number): Promise<ShareEntry[]>
  entry(shareId: string, path: Uint8Array): Promise<ShareEntry | undefined>
  /** Records a file that could not be taken, or why it is refused. */
  putEntry(entry: ShareEntry): Promise<void>
  /** Marks entries whose file is gone, and their documents' source state. */
  markMissing(shareId: string, paths: readonly Uint8Array[], now: number): Promise<void>
  /** Marks entries whose file is back, unchanged. */
  markPresent(shareId: string, paths: readonly Uint8Array[], now: number): Promise<void>
  putStatus(status: ShareStatus): Promise<void>
  statuses(): Promise<ShareStatus[]>
}
