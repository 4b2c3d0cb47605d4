import type { Digest } from '../../digest.ts'
import type { Door, OnConflict, Version } from '../../model/library.ts'
import type { UploadStatus } from '../../model/upload.ts'

/** What a commit needs to know about the new pointer. Ids are given by the caller. */
export interface NewVersion {
  versionId: string
  jobId: string
  /** Id of the document if one has to be made; an existing one of that name keeps its own. */
  documentId: string
  chapterId: string
  folder: string
  name: string
  onConflict: OnConflict
  digest: Digest
  sizeBytes: number
  createdBy: string
  door: Door
  traceId: string
  now: number
  /** Marks the upload complete in the same transaction. */
  uploadId?: string
  /** Records the source file of a watched share in the same transaction. */
  shareEntry?: ShareEntryKey & { document?: string }
  /** For a mail's attachment: the version it came with. At most one version per pair exists. */
  parent?: { versionId: string; index: number }
}

/** A file of a share as the scan saw it. Times are nanoseconds in decimal, as they pass 2^53. */
export interface ShareEntryKey {
  shareId: string
  /** Raw bytes of the path below the share's root. */
  path: Uint8Array
  device: string
  inode: string
  sizeBytes: number
  mtimeNs: string
  ctimeNs: string
}

export interface Committed {
  version: Version
  documentId: string
  jobId: string
  /** The document already was at this content: nothing new was written. */
  unchanged: boolean
}

/**
 * The catalog's half of the blob protocol (docs/format.md). `begin` and `finish` are one
 * transaction each; the bytes are published between them.
 */
export interface Ingest {
  /**
   * Makes the pointer at once when the content is live, else records the intent to publish at a
   * fresh path. @throws AppError `conflict` (reason `NAME_TAKEN`) for `ask`, `not_found` for a
   * chapter that is gone
   */
  begin(input: NewVersion): Promise<Committed | { publishPath: string }>
  /**
   * Blob row, version, first jobs, audit entry and event, all or nothing, and the intent is closed.
   * When somebody published the same content meanwhile, points to theirs and hands back the own
   * path, already in the reap queue, as `orphanPath`. When the content's copy was damaged, the fresh
   * one takes its place for all its pointers, and the damaged path is handed back.
   *
   * @throws AppError `unavailable` (reason `INTENT_GONE`) when the intent was given up meanwhile,
   * `not_found`, `conflict`; nothing points to the path then
   */
  finish(input: NewVersion, publishPath: string): Promise<Committed & { orphanPath?: string }>
  /**
   * Like `begin` and `finish` for a derived blob: returns its row's id. One without references has
   * its grace anew, as the derivation that will refer to it is yet to come.
   */
  beginDerived(digest: Digest, now: number): Promise<{ blobId: number } | { publishPath: string }>
  finishDerived(
    digest: Digest,
    sizeBytes: number,
    publishPath: string,
    now: number,
  ): Promise<{ blobId: number; orphanPath?: string }>
  /** Makes a version findable from now on. False when it is gone meanwhile. */
  markLinked(versionId: string, now: number): Promise<boolean>
}

export interface BlobRow {
  id: number
  digest: Digest
  path: string
  sizeBytes: number
  refs: number
  state: 'fresh' | 'live' | 'damaged'
}

/** Blob rows, the reap queue and the reconciling of both with the files. */
export interface Blobs {
  live(digest: Digest): Promise<BlobRow | undefined>
  /** By id, ascending, after `afterId`. */
  page(afterId: number, limit: number): Promise<BlobRow[]>
  /** Removes rows without references since before `zeroBefore`, queues their paths. One transaction. */
  reap(zeroBefore: number, limit: number): Promise<string[]>
  /** Paths waiting to be unlinked: queued by `reap`, or orphaned by a lost race. */
  reapQueue(): Promise<string[]>
  forgetReaped(paths: readonly string[]): Promise<void>
  /** Intents of publications that never finished; only meaningful before anything else runs. */
  intents(): Promise<string[]>
  forgetIntents(paths: readonly string[]): Promise<void>
  /**
   * Gives intents from before `before` up: their paths are queued to be unlinked, and finishing them
   * is refused from now on.
   */
  abandonIntents(before: number): Promise<void>
  /** Whether a path is a blob's, or that of a publication or a removal under way. */
  isKnown(path: string): Promise<boolean>
  markDamaged(id: number): Promise<void>
  /** Rows whose count differs from their references. Empty when all is well. */
  wrongCounts(): Promise<{ digest: Digest; counted: number; actual: number }[]>
  setType(digest: Digest, mediaType: string, kind: string): Promise<void>
  /** Name under which the content came first; breaks ties between text formats. '' when unknown. */
  nameOf(digest: Digest): Promise<string>
  /** A blob row by id, whatever its state. */
  byId(id: number): Promise<BlobRow | undefined>
  usage(): Promise<Usage>
}

export interface Usage {
  /** Sum of all versions' sizes: what people have put in. */
  logicalBytes: number
  /** Sum of distinct contents that versions point to. */
  uniqueBytes: number
  /** Sum of derived blobs: extracted text, previews. */
  derivedBytes: number
  /** Sum of blobs without references that wait for their grace to end. */
  reclaimableBytes: number
  documents: number
  versions: number
  /** Distinct contents that versions point to. */
  blobs: number
  /** Books with most bytes first. */
  byBook: { bookId: string; name: string; logicalBytes: number; documents: number }[]
}

export interface UploadRow {
  id: string
  userId: string
  chapterId: string
  folder: string
  name: string
  onConflict: OnConflict
  declaredDigest?: Digest
  declaredSize: number
  /** Bytes of each part but the last; absent when the file goes whole. Fixed at the request. */
  partBytes?: number
  status: UploadStatus
  tokenHash?: string
  /** Epoch ms after which the URL is dead. */
  urlExpiresAt?: number
  /** Of the bytes once received whole; what came in parts is hashed at completion. */
  receivedDigest?: Digest
  documentId?: string
  versionId?: string
  jobId?: string
  error?: string
  traceId: string
  createdAt: number
  updatedAt: number
}

/** A part whose bytes are durable. */
export interface UploadPart {
  /** From 1. */
  number: number
  sizeBytes: number
  receivedAt: number
}

/** Upload requests and their states; illegal moves throw `conflict`. */
export interface Uploads {
  create(upload: UploadRow & { idempotencyKey?: string }): Promise<UploadRow>
  byIdempotencyKey(userId: string, key: string): Promise<UploadRow | undefined>
  get(userId: string, id: string): Promise<UploadRow | undefined>
  byTokenHash(tokenHash: string): Promise<UploadRow | undefined>
  /**
   * Moves to `status` if the row's state allows it. Received parts are forgotten, unless nothing but
   * the URL is new. @throws AppError `conflict`, `not_found`
   */
  move(
    id: string,
    status: UploadStatus,
    change: Partial<
      Pick<
        UploadRow,
        | 'tokenHash'
        | 'urlExpiresAt'
        | 'receivedDigest'
        | 'error'
        | 'documentId'
        | 'versionId'
        | 'jobId'
      >
    >,
    now: number,
  ): Promise<UploadRow>
  /** Newest first. */
  of(userId: string, limit: number): Promise<UploadRow[]>
  /** Received parts, by number. */
  parts(id: string): Promise<UploadPart[]>
  /**
   * Counts a part whose bytes are durable, once however often it is told, and moves to
   * `UPLOAD_RECEIVED` with the last one. Undefined, and nothing counted, when `tokenHash` is not the
   * upload's any more or it waits for no bytes.
   */
  addPart(
    id: string,
    tokenHash: string,
    part: UploadPart,
  ): Promise<{ upload: UploadRow; receivedBytes: number } | undefined>
  /** Which of these uploads may still be completed with the bytes they have. */
  waiting(ids: readonly string[]): Promise<string[]>
  /** Removes up to `limit` that ended before `before`, one way or the other; returns how many. */
  prune(before: number, limit: number): Promise<number>
  /** Moves what was left unfinished before `before` to `UPLOAD_EXPIRED`; returns their ids. */
  expire(before: number, now: number): Promise<string[]>
}
