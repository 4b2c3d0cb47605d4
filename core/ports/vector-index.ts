import type { Digest } from '../digest.ts'

/** One chunk's vector. Rows of a digest are always written and removed together. */
export interface VectorRow {
  ordinal: number
  vector: Float32Array
}

/**
 * Vectors of one space, with the places (chapters and their books) in which each content has a
 * pointer. Holds no text. It is derived data: everything in it can be made again from the catalog.
 *
 * Filters are built from validated ids only; no text of a user ever reaches the engine's filter.
 */
export interface VectorIndex {
  /** Replaces all rows of `digest`. Durable and visible to this process on return. */
  upsert(digest: Digest, rows: readonly VectorRow[], placeIds: readonly string[]): Promise<void>
  /** Replaces the places of all rows of `digest`; no rows is not an error. */
  setPlaces(digest: Digest, placeIds: readonly string[]): Promise<void>
  remove(digest: Digest): Promise<void>
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
  /** Compacts, indexes the tail, drops old versions. Called from one process only. */
  optimize(): Promise<void>
  close(): Promise<void>
}
