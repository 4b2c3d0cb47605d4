import { AppError, notFound } from '../errors.ts'
import type { Actor, Role, Scope } from '../model/actor.ts'
import type { Book, Chapter } from '../model/library.ts'
import type { Ports } from '../ports/index.ts'
import type { Shelves } from './shelves.ts'
import { includes, roleBy, type Standing, standingOf, type Way } from './standing.ts'

export { includes } from './standing.ts'

/** The chapters somebody may read: all of the box, or exactly these. Made by `resolveAccess` only. */
export type Visible = 'all' | readonly string[]

/** What one actor may do, resolved once per request. The only source of rights in the product. */
export interface Access {
  readonly actor: Actor
  /** Those in sight, by name. */
  readonly books: readonly Book[]
  readonly chapters: readonly Chapter[]
  /** One of `books`; undefined when it is hidden or absent. */
  book(id: string): Book | undefined
  /** One of `chapters`; undefined when it is hidden or absent. */
  chapter(id: string): Chapter | undefined
  /** Those of `chapters` that are of this book. */
  chaptersOf(bookId: string): readonly Chapter[]
  /** Chapters that may be read; the pre-filter of every query. */
  readonly visible: Visible
  /** Whether no chapter of the box is hidden, for whatever reason. */
  readonly seesEverything: boolean
  /** Strongest role in the chapter, its book's included; undefined when it is hidden. */
  roleIn(chapterId: string): Role | undefined
  /** Strongest role on the whole book; undefined when at most single chapters are visible. */
  roleOn(bookId: string): Role | undefined
  /** Why `roleIn` is what it is: empty when the chapter is hidden. */
  waysIn(chapterId: string): readonly Way[]
  /** Why `roleOn` is what it is. */
  waysOn(bookId: string): readonly Way[]
}

/**
 * Resolves what `actor` may do, from the catalog as it is now: own grants, those of groups, those of
 * everyone; a chapter inherits its book's. Administrators of the organization administer every book.
 * A credential limited to books reaches no others, whoever its owner is.
 *
 * It costs as much as the actor has rights, however many books there are; lists are made when they are
 * asked for.
 */
export async function resolveAccess(
  { catalog }: Pick<Ports, 'catalog'>,
  actor: Actor,
): Promise<Access> {
  const [shelves, rights] = await Promise.all([
    catalog.library.shelves(),
    catalog.library.rightsOf(actor.userId),
  ])
  const standing = standingOf(actor, rights)
  const isOfAll = actor.orgRole === 'admin' && !actor.bookIds
  const waysIn = (chapterId: string): readonly Way[] => {
    const chapter = shelves.chapter(chapterId)
    return chapter ? standing.inChapter(chapter) : []
  }
  const roleIn = (chapterId: string) => roleBy(waysIn(chapterId))
  const roleOn = (bookId: string) => roleBy(standing.onBook(bookId))
  const chapters = once(() => (isOfAll ? shelves.chapters : chaptersSeen(shelves, standing)))
  const chaptersOf = (bookId: string) => shelves.chaptersOf(bookId).filter(({ id }) => roleIn(id))
  const isInSight = (bookId: string) =>
    roleOn(bookId) !== undefined || shelves.chaptersOf(bookId).some(({ id }) => roleIn(id))
  const books = once(() =>
    shelves.booksAmong([...standing.bookIds(shelves), ...chapters().map(({ bookId }) => bookId)]),
  )
  const visible = once((): Visible => (isOfAll ? 'all' : chapters().map(({ id }) => id)))
  return {
    actor,
    get books() {
      return books()
    },
    get chapters() {
      return chapters()
    },
    book: (id) => (isInSight(id) ? shelves.book(id) : undefined),
    chapter: (id) => (roleIn(id) ? shelves.chapter(id) : undefined),
    chaptersOf,
    get visible() {
      return visible()
    },
    get seesEverything() {
      return isOfAll || chapters().length === shelves.chapters.length
    },
    roleIn,
    roleOn,
    waysIn,
    waysOn: (bookId) => standing.onBook(bookId),
  }
}

/** Those of books that are seen as a whole, and those that are seen by themselves. */
function chaptersSeen(shelves: Shelves, standing: Standing): readonly Chapter[] {
  const ids = standing
    .bookIds(shelves)
    .flatMap((bookId) => shelves.chaptersOf(bookId).map(({ id }) => id))
  for (const id of standing.chapterIds()) {
    const chapter = shelves.chapter(id)
    if (chapter && standing.inChapter(chapter).length > 0) ids.push(id)
  }
  return shelves.chaptersAmong(ids)
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** @throws AppError `not_found` for a hidden or absent chapter, `forbidden` for too weak a role */
export function requireChapter(access: Access, chapterId: string, needed: Role): Chapter {
  const chapter = access.chapter(chapterId)
  if (!chapter) throw notFound()
  if (!includes(access.roleIn(chapterId), needed)) throw forbidden(needed)
  return chapter
}

/** @throws AppError `not_found` for a hidden or absent book, `forbidden` for too weak a role */
export function requireBook(access: Access, bookId: string, needed: Role): Book {
  const book = access.book(bookId)
  if (!book) throw notFound()
  if (!includes(access.roleOn(bookId), needed)) throw forbidden(needed)
  return book
}

/** @throws AppError `forbidden` when the credential lacks the scope */
export function requireScope(actor: Actor, scope: Scope): void {
  if (!actor.scopes.includes(scope)) {
    throw new AppError('forbidden', `This token has no "${scope}" scope.`, { reason: 'SCOPE' })
  }
}

/** Whether `requireOrgAdmin` lets pass. */
export const isBoxAdmin = ({ orgRole, scopes, bookIds }: Actor): boolean =>
  orgRole === 'admin' && scopes.includes('admin') && !bookIds

/**
 * @throws AppError `forbidden` for everybody but administrators of the organization, and for their
 * credentials that reach certain books only: who can make accounts reaches everything
 */
export function requireOrgAdmin(actor: Actor): void {
  requireScope(actor, 'admin')
  if (actor.bookIds) {
    throw new AppError('forbidden', 'This token reaches certain books only.', { reason: 'SCOPE' })
  }
  if (actor.orgRole !== 'admin') {
    throw new AppError('forbidden', 'Only administrators may do this.', { reason: 'NOT_ADMIN' })
  }
}

const forbidden = (needed: Role) =>
  new AppError(
    'forbidden',
    `This needs the role "${needed}" here. Ask an administrator of the book.`,
    {
      reason: 'ROLE',
    },
  )
