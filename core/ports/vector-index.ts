import type { Digest } from '../digest.ts'
import type { Space } from './embedder.ts'

/** One chunk's vector. Rows of a digest are always written and removed together. */
export interface VectorRow {
  ordinal: number
  vector: Float32Array
}

/**
 * Vectors of contents, each space apart from the others, with the places (chapters and their books)
 * in which each content has a pointer. Holds no text. It is derived data: everything in it can be
 * made again from the catalog.
 *
 * Filters are built from validated ids only; no text of a user ever reaches the engine's filter.
 */
export interface VectorIndex {
  /** The vectors of one space. Nothing is made before the first is written. */
  of(space: Space): SpaceVectors
  /** Replaces the places of all rows of `digest`, in every space; no rows is not an error. */
  setPlaces(digest: Digest, placeIds: readonly string[]): Promise<void>
  /** From every space. */
  remove(digest: Digest): Promise<void>
  /** Removes a space with all that is in it; one that is not there is not an error. */
  drop(spaceId: string): Promise<void>
  /** Rows of all spaces. */
  count(): Promise<number>
  /** Compacts, indexes the tail, drops old versions. Called from one process only. */
  optimize(): Promise<void>
  close(): Promise<void>
}

/**
 * Vectors that can be compared with each other. What has another length than the space's vectors is
 * refused with AppError `internal` (reason `OTHER_SPACE`), before anything is written or compared.
 */
export interface SpaceVectors {
  /** Replaces all rows of `digest`. Durable and visible to this process on return. */
  upsert(digest: Digest, rows: readonly VectorRow[], placeIds: readonly string[]): Promise<void>
  /**
   * The `k` nearest rows by cosine among contents in one of the places (a *pre*-filter), nearest
   * first. `'all'` searches everything: for callers who see every chapter.
   */
  query(
    vector: Float32Array,
    placeIds: readonly string[] | 'all',
    k: number,
  ): Promise<{ digest: Digest; ordinal: number; distance: number }[]>
  count(): Promise<number>
}
