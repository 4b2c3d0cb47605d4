import type { Visible } from '../../access/access.ts'
import type { Shelves } from '../../access/shelves.ts'
import type { Right } from '../../access/standing.ts'
import type { Digest } from '../../digest.ts'
import type { ActDoor } from '../../model/actor.ts'
import type { Book, Chapter, Document, Grant, OnConflict, Version } from '../../model/library.ts'
import type { TypeRule } from '../../model/type-rule.ts'

/**
 * Books, chapters, grants, documents and versions. Methods that take `visible` treat what lies
 * outside of it as absent; that check is part of the query, never a filter afterwards. Every change
 * is written with its audit entry and its event in one transaction.
 */
export interface Library {
  /** @throws AppError `conflict` (reason `NAME_TAKEN`); names compare without case */
  createBook(book: Book, ownerId?: string, by?: Act): Promise<Book>
  /** @throws AppError `not_found`, `conflict` (reason `NAME_TAKEN`) */
  renameBook(id: string, name: string, by?: Act): Promise<void>
  /** Says which types of files a book takes; undefined for all. @throws AppError `not_found` */
  /** Whether contents may be sent out of this box on account of this book. */
  setMayLeave(bookId: string, mayLeave: boolean, by?: Act): Promise<void>
  setTypeRule(bookId: string, rule: TypeRule | undefined, by?: Act): Promise<void>
  /** Removes a book without chapters. @throws AppError `conflict` (reason `NOT_EMPTY`) */
  removeBook(id: string, by?: Act): Promise<void>
  /** @throws AppError `not_found` for an absent book, `conflict` (reason `NAME_TAKEN`) */
  createChapter(chapter: Chapter, by?: Act): Promise<Chapter>
  /** @throws AppError `not_found`, `conflict` (reason `NAME_TAKEN`) */
  renameChapter(id: string, name: string, by?: Act): Promise<void>
  /** A chapter's answer to a taken name; undefined for the product's. @throws AppError `not_found` */
  setConflictAnswer(chapterId: string, answer: OnConflict | undefined, by?: Act): Promise<void>
  /** What is asked of files that go into a chapter; empty for one that is not there. */
  rulesOf(chapterId: string): Promise<ChapterRules>
  /**
   * Removes a chapter that nothing lies in, its trash included, and that no share feeds.
   * @throws AppError `conflict` (reason `NOT_EMPTY`)
   */
  removeChapter(id: string, by?: Act): Promise<void>
  /**
   * Every book and chapter of the box, by name. The caller narrows it with its access. Read again only
   * when one of them changed, whoever changed it.
   */
  shelves(): Promise<Shelves>
  /** Documents per chapter, trash apart. */
  counts(visible: Visible): Promise<Map<string, number>>

  /**
   * Every right of a user: own grants, those of groups, those of everyone. What is gone is gone from the
   * next answer, in every process.
   */
  rightsOf(userId: string): Promise<readonly Right[]>
  /** Every right of every user on a book and in its chapters, told in the same way. */
  rightsWithin(bookId: string): Promise<(Right & { userId: string })[]>
  grantsOn(bookId: string, chapterId?: string): Promise<GrantRow[]>
  grant(id: string): Promise<Grant | undefined>
  /**
   * Sets the role of a user or group; an earlier grant of the same subject there keeps its id.
   * @throws AppError `not_found` for an absent subject, book, or chapter of that book
   */
  putGrant(grant: Grant & { createdAt: number }, by?: Act): Promise<Grant>
  removeGrant(id: string, by?: Act): Promise<Grant | undefined>

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
   * Moves or renames; the content's date of change stays. Moving it to where it is does nothing.
   * @throws AppError `conflict` (reasons `NAME_TAKEN`, `IN_TRASH`), `not_found`
   */
  move(
    visible: Visible,
    id: string,
    to: { chapterId?: string; folder?: string; name?: string },
    by: Act,
  ): Promise<void>
  /** Idempotent. @throws AppError `not_found` */
  trash(visible: Visible, id: string, by: Act): Promise<void>
  /**
   * Takes it out of the trash, under a free name when its own is taken meanwhile. Idempotent.
   * @throws AppError `not_found`
   */
  restore(visible: Visible, id: string, by: Act): Promise<DocumentRow>
  /**
   * Removes a trashed document and its versions for good: their references are gone on return.
   * @returns the contents it pointed to
   * @throws AppError `conflict` (reason `NOT_IN_TRASH`), `not_found`
   */
  purge(visible: Visible, id: string, by: Act): Promise<Digest[]>
  /** Ids of documents trashed before `before`, oldest first. */
  expiredTrash(before: number, limit: number): Promise<string[]>
  /**
   * Makes a new version with the content of an older one, and queues its `link` job. When the
   * document is at that content already, its current version comes back and nothing is written.
   * @throws AppError `conflict` (reason `IN_TRASH`), `not_found`
   */
  restoreVersion(
    visible: Visible,
    versionId: string,
    by: Act & { userId: string; newVersionId: string; jobId: string },
  ): Promise<VersionRow>
}

/** What its book and a chapter itself ask of files. */
export interface ChapterRules {
  /** Of the book. */
  typeRule?: TypeRule
  onConflict?: OnConflict
}

/** Who does something, and when: what the audit keeps of it. */
export interface Act {
  /** Absent for what the box does of itself. */
  userId?: string
  traceId: string
  now: number
  address?: string
  door?: ActDoor
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
  /** Trace of the request or scan that brought it. */
  traceId: string
  /** Whether its bytes on the disk are known to be wrong, and no whole copy has come in since. */
  isDamaged: boolean
  /** The mail that it was attached to. */
  parentVersionId?: string
  /** Its `link` job: done when the version is findable. Absent when it was cleared away. */
  jobId?: string
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
