import type { Digest } from '../../digest.ts'
import type { Space } from '../embedder.ts'
import type { Act } from './library.ts'

/** Texts and pictures have spaces of their own; of each kind one answers. */
export type SpaceKind = 'text' | 'picture'

/**
 * `building`: it is being filled beside the active one, and takes its place when nothing is missing.
 * `active`: it answers, and what arrives is embedded in it. `old`: kept as it was when another took
 * its place. `dropped`: its vectors are being removed; it is remembered, so that nothing builds it
 * again by itself.
 */
export type SpaceState = 'building' | 'active' | 'old' | 'dropped'

/** A space of vectors, and how full it is. */
export interface SpaceRow extends Space {
  kind: SpaceKind
  state: SpaceState
  /** Contents that are embedded in it. */
  contents: number
  /** Contents that could not be; they count as looked at. */
  failed: number
  createdAt: number
  /** When it last became the one that answers. */
  activeAt?: number
}

/** A content's vectors in one space: a blob of 32-bit floats, none where there is nothing to embed. */
export interface ContentVectors {
  spaceId: string
  blobPath?: string
  /** How many of them say something: so many rows the index has. */
  rows: number
}

/** Somebody's work on one content in one space. */
export interface SpaceClaim {
  spaceId: string
  digest: Digest
  token: string
}

/** The spaces, and what is embedded in them. Of each kind, exactly one is active once there is one. */
export interface Spaces {
  /** By kind and age. */
  list(): Promise<SpaceRow[]>
  /**
   * Makes `space` the active one of its kind when there is none, whatever state it was in.
   *
   * @returns the active one, which may be another
   */
  adopt(kind: SpaceKind, space: Space, now: number): Promise<SpaceRow>
  /** Begins to build a space, or goes on with one that is old or dropped. By nobody: the box itself. */
  build(kind: SpaceKind, space: Space, now: number, by?: Act): Promise<void>
  /**
   * Has the space answer from now on, and the one before it kept as `old`; at once, for everybody.
   *
   * @throws AppError `not_found`, `conflict` (reason `SPACE_DROPPED`)
   */
  activate(id: string, now: number, by?: Act): Promise<void>
  /** @throws AppError `not_found`, `conflict` (reason `SPACE_IN_USE`) for the active one */
  drop(id: string, by: Act): Promise<void>
  /** Has contents that failed in it tried again. Returns how many. */
  retry(id: string, by: Act): Promise<number>

  /** To be called before the text is read: what it says when the vectors are kept must be the same. */
  begin(spaceId: string, digest: Digest): Promise<SpaceClaim>
  /**
   * Keeps what came of it. False, and nothing is kept, when the content's text changed meanwhile, the
   * content or the space is gone, or somebody else began after.
   */
  keep(
    claim: SpaceClaim,
    made: { blobId?: number; rows: number } | { message: string },
  ): Promise<boolean>
  /** In every space that is not dropped. */
  vectorsOf(digest: Digest): Promise<ContentVectors[]>
  /**
   * Of the `limit` contents that follow `after` by digest, those that have something to embed, no step
   * under way that would do it, and nothing in the space. `last` is where the next page begins; absent
   * when there is none.
   */
  missing(
    space: Pick<SpaceRow, 'id' | 'kind'>,
    after: string,
    limit: number,
  ): Promise<{ digests: Digest[]; last?: string }>
  /** Removes up to `limit` contents from a dropped space. Returns how many. */
  forget(id: string, limit: number): Promise<number>
}
