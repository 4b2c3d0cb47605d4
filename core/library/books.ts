import {
  type Access,
  requireBook,
  requireChapter,
  requireOrgAdmin,
  requireScope,
} from '../access/access.ts'
import { AppError } from '../errors.ts'
import { newId } from '../ids.ts'
import type { Role } from '../model/actor.ts'
import type { Book, Chapter, OnConflict } from '../model/library.ts'
import { cleanName } from '../model/name.ts'
import type { TypeRule } from '../model/type-rule.ts'
import type { Ports } from '../ports/index.ts'
import { actOf } from './act.ts'

type Stores = Pick<Ports, 'catalog' | 'clock'>

/** A chapter as the caller sees it. */
export interface OwnChapter extends Chapter {
  role: Role
  /** Documents in it, trash apart. */
  documentCount: number
}

/**
 * A book as the caller sees it; without a role of its own when only single chapters are visible.
 */
export interface OwnBook extends Book {
  role?: Role
  chapters: OwnChapter[]
}

/** Books and chapters that the caller sees, by name. */
export async function listBooks(
  { catalog }: Pick<Ports, 'catalog'>,
  access: Access,
): Promise<OwnBook[]> {
  requireScope(access.actor, 'read')
  const counts = await catalog.library.counts(access.visible)
  return access.books.map((book) => {
    const role = access.roleOn(book.id)
    const chapters = access.chaptersOf(book.id).map((chapter) => ({
      ...chapter,
      role: access.roleIn(chapter.id) ?? 'viewer',
      documentCount: counts.get(chapter.id) ?? 0,
    }))
    return { ...book, chapters, ...(role && { role }) }
  })
}

/**
 * Makes a book and its maker the book's administrator. Administrators of the organization only.
 *
 * @throws AppError `forbidden`, `conflict` (reason `NAME_TAKEN`), `bad_request` (`INVALID_NAME`)
 */
export async function createBook(ports: Stores, access: Access, name: string): Promise<OwnBook> {
  requireOrgAdmin(access.actor)
  if (access.actor.bookIds) {
    throw new AppError('forbidden', 'This token reaches certain books only.', { reason: 'SCOPE' })
  }
  const act = actOf(ports, access)
  const book: Book = { id: newId(), name: cleanName(name), createdAt: act.now }
  await ports.catalog.library.createBook(book, act.userId, act)
  return { ...book, role: 'admin', chapters: [] }
}

/** @throws AppError `not_found`, `forbidden`, `conflict` (reason `NAME_TAKEN`), `bad_request` */
export async function renameBook(
  ports: Stores,
  access: Access,
  { id, name }: { id: string; name: string },
): Promise<void> {
  requireScope(access.actor, 'write')
  requireBook(access, id, 'admin')
  await ports.catalog.library.renameBook(id, cleanName(name), actOf(ports, access))
}

/**
 * Says which types of files a book takes from now on; what lies in it stays.
 *
 * @param change `rule` undefined for files of every type
 * @throws AppError `not_found`, `forbidden`
 */
export async function setTypeRule(
  ports: Stores,
  access: Access,
  { id, rule }: { id: string; rule: TypeRule | undefined },
): Promise<void> {
  requireScope(access.actor, 'write')
  requireBook(access, id, 'admin')
  await ports.catalog.library.setTypeRule(id, rule, actOf(ports, access))
}

/**
 * Lets the contents of a book leave the house, or keeps them in it from now on: what was sent before was
 * sent. For administrators of the organization: whom it concerns are not those who read the book alone.
 *
 * @throws AppError `not_found`, `forbidden`
 */
export async function setMayLeave(
  ports: Stores,
  access: Access,
  { id, mayLeave }: { id: string; mayLeave: boolean },
): Promise<void> {
  requireScope(access.actor, 'write')
  requireBook(access, id, 'admin')
  requireOrgAdmin(access.actor)
  await ports.catalog.library.setMayLeave(id, mayLeave, actOf(ports, access))
}

/**
 * Removes a book without chapters.
 * @throws AppError `not_found`, `forbidden`, `conflict` (`NOT_EMPTY`)
 */
export async function removeBook(ports: Stores, access: Access, id: string): Promise<void> {
  requireScope(access.actor, 'write')
  requireBook(access, id, 'admin')
  await ports.catalog.library.removeBook(id, actOf(ports, access))
}

/** @throws AppError `not_found`, `forbidden`, `conflict` (reason `NAME_TAKEN`), `bad_request` */
export async function createChapter(
  ports: Stores,
  access: Access,
  { bookId, name }: { bookId: string; name: string },
): Promise<OwnChapter> {
  requireScope(access.actor, 'write')
  requireBook(access, bookId, 'admin')
  const act = actOf(ports, access)
  const chapter: Chapter = { id: newId(), bookId, name: cleanName(name), createdAt: act.now }
  await ports.catalog.library.createChapter(chapter, act)
  return { ...chapter, role: 'admin', documentCount: 0 }
}

/** @throws AppError `not_found`, `forbidden`, `conflict` (reason `NAME_TAKEN`), `bad_request` */
export async function renameChapter(
  ports: Stores,
  access: Access,
  { id, name }: { id: string; name: string },
): Promise<void> {
  requireScope(access.actor, 'write')
  requireChapter(access, id, 'admin')
  await ports.catalog.library.renameChapter(id, cleanName(name), actOf(ports, access))
}

/**
 * Sets what becomes of a taken name in a chapter when a request does not say.
 *
 * @param change `answer` undefined for the product's own
 * @throws AppError `not_found`, `forbidden`
 */
export async function setConflictAnswer(
  ports: Stores,
  access: Access,
  { id, answer }: { id: string; answer: OnConflict | undefined },
): Promise<void> {
  requireScope(access.actor, 'write')
  requireChapter(access, id, 'admin')
  await ports.catalog.library.setConflictAnswer(id, answer, actOf(ports, access))
}

/**
 * Removes a chapter in which nothing lies. For administrators of the book: it is the book's shelf.
 *
 * @throws AppError `not_found`, `forbidden`, `conflict` (reason `NOT_EMPTY`)
 */
export async function removeChapter(ports: Stores, access: Access, id: string): Promise<void> {
  requireScope(access.actor, 'write')
  const { bookId } = requireChapter(access, id, 'admin')
  requireBook(access, bookId, 'admin')
  await ports.catalog.library.removeChapter(id, actOf(ports, access))
}
