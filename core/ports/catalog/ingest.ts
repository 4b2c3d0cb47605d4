import type { Visible } from '../../access/access.ts'
import type { Digest } from '../../digest.ts'
import type { AppError, ErrorCode } from '../../errors.ts'
import type { Door, OnConflict, Version } from '../../model/library.ts'
import type { UploadStatus } from '../../model/upload.ts'
import type { Act } from './library.ts'

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
  /** Where whoever sent it did so from, as the audit tells it. */
  address?: string
  traceId: string
  now: number
  /** Marks the upload complete in the same transaction. */
  uploadId?: string
  /** When its bytes came in this very call: by which URL, which must not be made anew meanwhile. */
  urlTokenHash?: string
  /** Records the source file of a watched share in the same transaction. */
  shareEntry?: ShareEntryKey & { document?: string }
  /**
   * For a mail's attachment or an entry of an archive: the version it came with. At most one version
   * per pair exists.
   */
  parent?: { versionId: string; index: number }
  /**
   * Records which entry of which archive it is, in the same transaction. The document that this path
   * became earlier gets the version, wherever it lies. @throws AppError `conflict` (reason
   * `ARCHIVE_CHANGED`) when `parent` is not the archive's current version
   */
  archiveEntry?: { archiveId: string; path: string }
}

/** A file of a share as the scan saw it. Times are nanoseconds in decimal, as they pass 2^53. */
export interface ShareEntryKey {
  shareId: string
  /** Raw bytes of the path below the share's root. */
  path: Uint8Array
  device: string
  inode: string
  /** Tells two files apart that had the same inode one after the other; '' when nobody looked. */
  generation: string
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

/** A findable document of the caller, by its content. */
export interface Readable {
  documentId: string
  versionId: string
  name: string
  folder: string
  sizeBytes: number
  chapterId: string
  chapterName: string
  bookId: string
  bookName: string
}

/** What a round of settling did. */
export interface Settled {
  /** In the order in which they came. */
  contents: {
    /** Row that all pointers to the content have now. */
    blobId: number
    digest: Digest
    /** Versions that were settled with it. */
    versionIds: string[]
    /** The box did not know it: its first step was queued. */
    isNew: boolean
  }[]
  /** Copies that are not needed, in the reap queue already. */
  orphanPaths: string[]
}

/**
 * The catalog's half of the blob protocol (docs/format.md). `begin` and `finish` are one
 * transaction each; the bytes are published between them. Neither looks whether the box knows the
 * content, so that nobody learns it from them: `settle` does, when the answer is given.
 */
export interface Ingest {
  /**
   * Records the intent to publish at a fresh path; or says that the document is at this content
   * already. @throws AppError `conflict` (reason `NAME_TAKEN`) for `ask`, `not_found` for a chapter
   * that is gone, `too_large` (reason `QUOTA_EXCEEDED`)
   */
  begin(input: NewVersion): Promise<Committed | { publishPath: string }>
  /**
   * Blob row, version, its job, audit entry and event, all or nothing, and the intent is closed. The
   * blob is `fresh`: it can be read, and waits to be settled. When the document came to this content
   * meanwhile, hands back the path, already in the reap queue, as `orphanPath`.
   *
   * @throws AppError `unavailable` (reason `INTENT_GONE`) when the intent was given up meanwhile, and
   * what `begin` does; nothing points to the path then
   */
  finish(input: NewVersion, publishPath: string): Promise<Committed & { orphanPath?: string }>
  /**
   * Findable documents with these contents in the chapters that are visible, newest first. What lies
   * elsewhere is not looked at, so that neither answer nor time tells of it.
   */
  readable(digests: readonly Digest[], visible: Visible): Promise<(Readable & { digest: Digest })[]>
  /**
   * A second pointer to the content of a version that the caller may read, without bytes, and the
   * upload that asked for it, complete. Undefined, and nothing done, when that version is not there
   * any more or its bytes are not whole.
   *
   * @throws AppError what `begin` does, `conflict` (reason `IDEMPOTENCY_KEY_USED`)
   */
  point(
    input: NewVersion,
    sourceVersionId: string,
    upload: UploadRow & { idempotencyKey?: string },
  ): Promise<(Committed & { upload: UploadRow }) | undefined>
  /**
   * Compares up to `limit` fresh blobs with what the box has, the oldest first, in one transaction:
   * all pointers to a content come to one row, and its work begins. A damaged copy gets the fresh
   * bytes, for all its pointers.
   */
  settle(limit: number, now: number): Promise<Settled>
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
  /** Settled ones by id, ascending, after `afterId`. */
  page(afterId: number, limit: number): Promise<BlobRow[]>
  /**
   * Removes rows that had no reference for `graceMs` of the box's clock and in so many rounds of the
   * reaper (`Care.beat`), and queues their paths. One transaction. None while somebody holds the store
   * or an audit found it wrong.
   */
  reap(rule: { graceMs: number; rounds: number }, limit: number): Promise<string[]>
  /** Whether bytes may be removed at all now: no hold, no alarm. */
  mayRemove(): Promise<boolean>
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
  /**
   * A damaged one whose bytes at `path` were read and are its content is live again, and failed work on
   * the content is tried anew. False, and nothing changed, when another row has the content by now, or
   * the row has another path.
   */
  markSound(blob: Pick<BlobRow, 'id' | 'path'>, now: number): Promise<boolean>
  /** Rows whose count differs from their references. Empty when all is well. */
  wrongCounts(): Promise<{ digest: Digest; counted: number; actual: number }[]>
  setType(digest: Digest, mediaType: string, kind: string): Promise<void>
  /** Name under which the content came first; breaks ties between text formats. '' when unknown. */
  nameOf(digest: Digest): Promise<string>
  /** A blob row by id, whatever its state. */
  byId(id: number): Promise<BlobRow | undefined>
  usage(): Promise<Usage>
  /** Gives every content the tag of today's keys; returns how many. Cut short, it is to be called again. */
  retag(): Promise<number>
}

export interface Usage {
  /** Sum of all versions' sizes: what people have put in. */
  logicalBytes: number
  /** Sum of distinct contents that versions point to; every arrival is one until it is settled. */
  uniqueBytes: number
  /** Sum of derived blobs: extracted text, previews. */
  derivedBytes: number
  /** Sum of blobs without references that wait for their grace to end. */
  reclaimableBytes: number
  /** Sum of what had arrived of uploads that came to nothing, as far back as their rows are kept. */
  sweptBytes: number
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
  /** Row of the session or token that asked: the URL dies with it. */
  credentialId?: string
  /** Epoch ms after which the URL is dead. */
  urlExpiresAt?: number
  /** Where its bytes arrive in a further store, when they go there first. */
  directKey?: string
  /** Of the bytes once received whole; what came in parts is hashed at completion. */
  receivedDigest?: Digest
  documentId?: string
  versionId?: string
  jobId?: string
  error?: string
  errorCode?: ErrorCode
  errorReason?: string
  /** Bytes that had arrived when it ended without being stored, and are reclaimed. */
  sweptBytes?: number
  /** When its owner put the news of its end away. */
  dismissedAt?: number
  traceId: string
  createdAt: number
  updatedAt: number
}

/** An upload in a list, with the bytes of it that have arrived. */
export type ListedUpload = UploadRow & { arrivedBytes: number }

/** `open` still waits for bytes or completion; `ended` came to nothing, and its owner was not told. */
export type UploadState = 'open' | 'ended' | 'complete'

/** A part whose bytes are durable. */
export interface UploadPart {
  /** From 1. */
  number: number
  sizeBytes: number
  receivedAt: number
}

/** An upload about to get its URL: a new row, or one that is there and gets another. */
export interface UploadOpening {
  upload: UploadRow
  isNew: boolean
  idempotencyKey?: string
  tokenHash: string
  urlExpiresAt: number
  credentialId?: string
  now: number
}

/** A key of a request. It counts within a chapter: what was asked for elsewhere is not looked at. */
export interface AskedKey {
  chapterId: string
  idempotencyKey: string
}

/** Upload requests and their states; illegal moves throw `conflict`. */
export interface Uploads {
  create(upload: UploadRow & { idempotencyKey?: string }): Promise<UploadRow>
  /** Those that were asked for by the same key for the same chapter, in order. */
  askedBefore(userId: string, asked: readonly AskedKey[]): Promise<(UploadRow | undefined)[]>
  /** Whether each name is that of a document there, in order. */
  namesTaken(
    places: readonly Pick<UploadRow, 'chapterId' | 'folder' | 'name'>[],
  ): Promise<boolean[]>
  /**
   * Gives uploads their URLs, in one transaction, answered in order. What keeps one of them from its
   * URL is that one's answer: `conflict`, `not_found`, and the others get theirs.
   */
  open(openings: readonly UploadOpening[]): Promise<(UploadRow | AppError)[]>
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
        | 'errorCode'
        | 'errorReason'
        | 'documentId'
        | 'versionId'
        | 'jobId'
      >
    >,
    now: number,
  ): Promise<UploadRow>
  /**
   * Ends an upload that is not over, puts its news away and writes it into the audit, in one
   * transaction. @throws AppError `conflict`, `not_found`
   */
  cancel(id: string, error: string, by: Act): Promise<void>
  /** Of a user, in chapters that are visible; newest first, of all states when none is given. */
  list(
    visible: Visible,
    userId: string,
    wish: { state?: UploadState; limit: number; cursor?: string },
  ): Promise<{ items: ListedUpload[]; nextCursor?: string }>
  /**
   * Puts away the news of an upload that ended without being stored. @throws AppError `not_found`
   * for one that `list` would not show, `conflict` (reason `UPLOAD_NOT_ENDED`)
   */
  dismiss(visible: Visible, id: string, by: { userId: string; now: number }): Promise<void>
  /**
   * Notes that the bytes are there, whole. Undefined, and nothing noted, when `tokenHash` is not the
   * upload's any more or it waits for no bytes.
   */
  receive(
    id: string,
    tokenHash: string,
    receivedDigest: Digest,
    now: number,
  ): Promise<UploadRow | undefined>
  /** Says where its bytes arrive in a further store. False when its URL is another meanwhile. */
  sendDirect(id: string, tokenHash: string, directKey: string): Promise<boolean>
  /** Received parts, by number. */
  parts(id: string): Promise<UploadPart[]>
  /**
   * Counts a part whose bytes are durable, once however often it is told, and moves to
   * `UPLOAD_RECEIVED` with the last one. Undefined, and nothing counted, when `tokenHash` is not the
   * upload's any more, its URL has expired, or it waits for no bytes.
   */
  addPart(
    id: string,
    tokenHash: string,
    part: UploadPart,
  ): Promise<{ upload: UploadRow; receivedBytes: number } | undefined>
  /** Of all users, by id after `afterId`: uploads that are not over, with the bytes their rows know of. */
  unfinished(afterId: string, limit: number): Promise<ListedUpload[]>
  /** Which of these uploads may still be completed with the bytes they have. */
  waiting(ids: readonly string[]): Promise<string[]>
  /** Removes up to `limit` rows that ended this way before `before`; returns how many. */
  prune(end: 'complete' | 'ended', before: number, limit: number): Promise<number>
  /**
   * Moves up to `limit` that were left unfinished before `before` to `UPLOAD_EXPIRED`, with an audit
   * entry and an event for the owner each; says what had arrived of them.
   */
  expire(before: number, limit: number, by: Act): Promise<{ id: string; sweptBytes: number }[]>
}
