import type { Visible } from '../../access/access.ts'
import type { Digest } from '../../digest.ts'
import type { Step } from '../../model/job.ts'
import type { Chunk } from '../../model/locator.ts'

/** Chunk text and its words index. Text lives here and nowhere else, so that erasing it is possible. */
export interface Passages {
  /** Replaces all chunks of a content, findable in the chapters where it has a pointer now. */
  replace(digest: Digest, chunks: readonly Chunk[]): Promise<void>
  /** In order of `ordinal`. */
  of(digest: Digest): Promise<Chunk[]>
  /** In the order asked; those that are gone are left out. */
  get(keys: readonly ChunkKey[]): Promise<(Chunk & { digest: Digest })[]>
  /**
   * Chunks that match the words, best first, among contents the caller sees through a current
   * version that passes the filter. Statistics come from what the caller may see only: what others
   * store changes neither the choice nor the order.
   *
   * A *pre*-filter by chapter; `pointers` is the exact check, and must follow.
   */
  words(
    query: WordsQuery,
    visible: Visible,
    filter: PointerFilter,
    limit: number,
  ): Promise<ChunkKey[]>
  /** Ids of documents whose name or folder holds the words, best first. */
  names(
    query: WordsQuery,
    visible: Visible,
    filter: PointerFilter,
    limit: number,
  ): Promise<string[]>
  /**
   * The exact check: current, untrashed, linked documents that point to these contents and pass; with
   * `told`, those of them of which this step, that linking does not wait for, has been told.
   */
  pointers(
    digests: readonly Digest[],
    visible: Visible,
    filter: PointerFilter,
    told?: Step,
  ): Promise<Pointer[]>
  pointersOf(
    documentIds: readonly string[],
    visible: Visible,
    filter: PointerFilter,
  ): Promise<Pointer[]>
  /**
   * Ids of the chapters in which the content has a current, untrashed pointer, and of their books;
   * for the indexes. A pointer to a text that still waits for its `link` counts, so that linking it
   * need not write the index again: the exact check keeps it out of every answer until then.
   */
  placesOf(digest: Digest): Promise<string[]>
  /**
   * Brings the words index, and the mark that `outdated` compares, up to date with `placesOf`, and
   * returns it. Idempotent.
   */
  rescope(digest: Digest): Promise<string[]>
  /**
   * Of the `limit` contents with words or vectors that follow `after` by digest, those whose mark
   * differs from `placesOf`. `last` is where the next page begins; absent when there is none.
   */
  outdated(after: string, limit: number): Promise<{ digests: Digest[]; last?: string }>
  /** How many documents the caller sees that cannot be found yet. */
  pending(visible: Visible): Promise<number>
}

export interface ChunkKey {
  digest: Digest
  ordinal: number
}

/** A parsed query: words to match, phrases that must stand as they are, words that must not occur. */
export interface WordsQuery {
  terms: string[]
  phrases: string[]
  excluded: string[]
  /** All terms, as whole words. Else, where few have that, their beginnings and some of them do. */
  exact?: boolean
}

export interface PointerFilter {
  bookIds?: readonly string[]
  chapterIds?: readonly string[]
  kinds?: readonly string[]
  /** Document changed at or after / before, epoch ms, half-open. */
  from?: number
  to?: number
}

/** One document of the caller that points to a content. */
export interface Pointer {
  digest: Digest
  documentId: string
  versionId: string
  name: string
  folder: string
  chapterId: string
  chapterName: string
  bookId: string
  bookName: string
  mediaType: string
  kind: string
  updatedAt: number
  /** There is a picture of its first page. */
  hasPreview: boolean
}
