import type { Visible } from '../../access/access.ts'
import type { Role } from '../../model/actor.ts'
import type { Book, Chapter, Document, Grant, Version } from '../../model/library.ts'

/**
 * Books, chapters, grants, documents and versions. Methods that take `visible` treat what lies
 * outside of it as absent; that check is part of the query, never a filter afterwards.
 */
export interface Library {
  createBook(book: Book, ownerId?: string): Promise<Book>
  renameBook(id: string, name: string): Promise<void>
  /** Removes an empty book. @throws AppError `conflict` (reason `NOT_EMPTY`) */
  removeBook(id: string): Promise<void>
  createChapter(chapter: Chapter): Promise<Chapter>
  renameChapter(id: string, name: string): Promise<void>
  /** Removes an empty chapter. @throws AppError `conflict` (reason `NOT_EMPTY`) */
  removeChapter(id: string): Promise<void>
  /** Every book and chapter of the box, by name. The caller narrows it with its access. */
  shelves(): Promise<{ books: Book[]; chapters: Chapter[] }>
  /** Documents per chapter, trash apart. */
  counts(visible: Visible): Promise<Map<string, number>>

  /** Every right of a user: own grants, those of groups, those of everyone. */
  rightsOf(userId: string): Promise<{ bookId: string; chapterId?: string; role: Role }[]>
  grantsOn(bookId: string, chapterId?: string): Promise<GrantRow[]>
  /** Sets the role of a user or group; an earlier grant of the same subject there is replaced. */
  putGrant(grant: Grant & { createdAt: number }): Promise<Grant>
  removeGrant(id: string): Promise<Grant | undefined>

  document(visible: Visible, id: string): Promise<DocumentRow | undefined>
  version(visible: Visible, id: string): Promise<VersionRow | undefined>
  /** Newest first. */
  versions(visible: Visible, documentId: string): Promise<VersionRow[]>
  /** One page of a folder, in the order asked, by keyset: `cursor` is the last row's. */
  list(visible: Visible, query: ListQuery): Promise<{ items: DocumentRow[]; nextCursor?: string }>
  /** Folders directly inside `folder` of a chapter, by name, with documents anywhere below. */
  folders(
    visible: Visible,
    chapterId: string,
    folder: string,
  ): Promise<{ name: string; path: string; documentCount: number }[]>
  /**
   * Moves or renames. @throws AppError `conflict` (reason `NAME_TAKEN`), `not_found`
   * @returns the digest and chapter concerned before and after, for the index
   */
  move(
    visible: Visible,
    id: string,
    to: { chapterId?: string; folder?: string; name?: string },
    now: number,
  ): Promise<void>
  trash(visible: Visible, id: string, byUserId: string, now: number): Promise<void>
  /** Takes it out of the trash, under a free name when its own is taken meanwhile. */
  restore(visible: Visible, id: string, now: number): Promise<DocumentRow>
  /** Removes a trashed document and its versions for good: their references are gone on return. */
  purge(visible: Visible, id: string): Promise<void>
  /** Ids of documents trashed before `before`, oldest first. */
  expiredTrash(before: number, limit: number): Promise<string[]>
  /** Makes a new version with the content of an older one. */
  restoreVersion(
    visible: Visible,
    versionId: string,
    by: { userId: string; newVersionId: string; jobId: string; traceId: string; now: number },
  ): Promise<VersionRow>
}

export interface ListQuery {
  chapterId?: string
  /** Exactly this folder; absent lists all folders. */
  folder?: string
  trashed?: boolean
  /** Case-insensitive part of the name. */
  nameContains?: string
  sort: 'name' | 'updated' | 'size'
  descending: boolean
  limit: number
  cursor?: string
}

/** How far a content is understood: the worst word of its steps. */
export type Understanding = 'waiting' | 'working' | 'ready' | 'partial' | 'no_text' | 'failed'

export interface VersionRow extends Version {
  createdByName: string
  kind: string
  /** Blob path, for readers of bytes. Never leaves the server. */
  path: string
}

export interface DocumentRow extends Document {
  bookName: string
  chapterName: string
  version: VersionRow
  versionCount: number
  understanding: Understanding
  hasPreview: boolean
}

export interface GrantRow extends Grant {
  subjectName: string
}
