import type { Digest } from '../digest.ts'
import type { Probe } from './extractor.ts'

/**
 * Where blob bytes live. A store never hashes, never checks rights and never counts references: the
 * ingest and the catalog do. Paths are relative, `ab/<digest>.<ulid>`, and never used twice, so a
 * late removal can never hit a newer copy (the model-checked protocol of docs/format.md).
 */
export interface BlobStore {
  /**
   * Writes all of `source` to a private place, hashing on the way. Rejects, leaving nothing, if
   * `source` does. Bytes staged under a `name` are durable on return, survive a restart and are found
   * again by `staged`; different contents may be staged under one name, and none takes the place of
   * another. Others are durable when they are published.
   *
   * @throws AppError `storage_full`, nothing kept
   */
  stage(source: AsyncIterable<Uint8Array>, name?: string): Promise<StagedBlob>
  /**
   * Stages the bytes of an open file without copying them, as a snapshot that shares its blocks, and
   * hashes the snapshot. Undefined, nothing kept, where the file systems cannot do that: then `stage`.
   *
   * @throws AppError `storage_full`, nothing kept
   */
  stageClone(source: CloneSource): Promise<StagedBlob | undefined>
  /**
   * Stages a copy of an open file, hashing on the way, beside whatever else this process does. Undefined,
   * nothing kept, for a file that is better read piece by piece: then `stage`.
   *
   * @throws AppError `storage_full`, `unavailable`, and what `source.failure` gives; nothing kept
   */
  stageCopy(source: CopySource): Promise<StagedBlob | undefined>
  /** The content staged under `name` earlier and not yet discarded. */
  staged(name: string, digest: Digest): Promise<StagedBlob | undefined>
  /**
   * Yields the bytes at `path`, or the half-open range `[start, end)` of them.
   *
   * @throws AppError `not_found` before the first byte when there is no such file
   */
  read(path: string, range?: { start: number; end: number }): AsyncIterable<Uint8Array>
  /** Opens `path` for handing to a child process as a file descriptor; the caller closes it. */
  open(path: string): Promise<BlobFile>
  /** What the bytes at `path` are. See `StagedBlob.probe`. @throws AppError `not_found` */
  probe(path: string, name: string): Promise<Probe>
  /** Size in bytes, or undefined when there is no such file. */
  stat(path: string): Promise<number | undefined>
  /** Removes a file and syncs its folder. Removing an absent one is not an error. */
  remove(path: string): Promise<void>
  /** Every published path with its size in bytes, in no order. */
  list(): AsyncIterable<{ path: string; sizeBytes: number }>
  /**
   * Removes what was staged without a name and not written to for `idleMs`; with 0, its default, only
   * at start-up, before anything else runs.
   */
  clearStaging(idleMs?: number): Promise<void>
  /** Bytes that may still be taken in: what is free, less what is kept free for the box itself. */
  room(): Promise<number>
  /** Passes when every place a blob goes through can be written. @throws AppError `unavailable` */
  check(): Promise<void>
  /** Removes staged bytes by name, however they came; absent ones are not an error. */
  discardStaged(name: string): Promise<void>
  /**
   * Durably writes all of `source` at `offset` of the bytes that arrive in parts under `name`. Parts
   * come in any order and beside each other, but no two at once for the same place, and survive a
   * restart. When `source` rejects, what lies at its place afterwards is undefined.
   *
   * @throws AppError `storage_full`
   */
  stagePart(name: string, offset: number, source: AsyncIterable<Uint8Array>): Promise<void>
  /** What arrived in parts under `name`, hashed as it lies there; gaps read as zeros. */
  stagedParts(name: string): Promise<StagedBlob | undefined>
  /** Every name under which bytes are staged, in no order. */
  stagedNames(): AsyncIterable<string>
}

/** Bytes received but not yet named. `discard` must be called in the end, published or not. */
export interface StagedBlob {
  readonly digest: Digest
  readonly sizeBytes: number
  /**
   * Gives the bytes the name `path`: link, then directory sync. Durable on return. They stay staged,
   * so that a crash before the catalog knows of them costs nobody what was received.
   *
   * @throws AppError `conflict` when the path exists, which a fresh path never does
   */
  publish(path: string): Promise<void>
  /**
   * What the bytes are, by a look at them outside this process; their name only breaks ties between
   * kinds of text.
   *
   * @throws AppError what the `Extractor` port says of its own `probe`
   */
  probe(name: string): Promise<Probe>
  discard(): Promise<void>
}

/** An open file of this machine, outside of the store. */
export interface CloneSource {
  /** Leads to the open file itself, whatever has its name by now: `/proc/self/fd/…`. */
  path: string
  /** Which file system it lies on: one that could not clone is not asked again. */
  device: string
  signal: AbortSignal
}

/** An open file of this machine, on a disk that is near: its reads cannot be given up. */
export interface CopySource {
  /** Stays open until the copy is made. */
  fd: number
  sizeBytes: number
  /** What to throw when it cannot be read; without a cause it is shorter than it was. */
  failure(cause: unknown): unknown
}

export interface BlobFile {
  readonly fd: number
  readonly sizeBytes: number
  close(): Promise<void>
}
