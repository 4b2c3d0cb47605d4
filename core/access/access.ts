import { AppError, notFound } from '../errors.ts'
import type { Actor, Role, Scope } from '../model/actor.ts'
import type { Book, Chapter } from '../model/library.ts'
import type { Ports } from '../ports/index.ts'
import { includes, roleBy, standingOf, type Way } from './standing.ts'

export { includes } from './standing.ts'

/** The chapters somebody may read: all of the box, or exactly these. Made by `resolveAccess` only. */
export type Visible = 'all' | readonly string[]

/** What one actor may do, resolved once per request. The only source of rights in the product. */
export interface Access {
  readonly actor: Actor
  readonly books: readonly Book[]
  readonly chapters: readonly Chapter[]
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
  const waysIn = new Map<string, readonly Way[]>()
  const roles = new Map<string, Role>()
  for (const chapter of shelves.chapters) {
    const ways = standing.inChapter(chapter)
    const role = roleBy(ways)
    if (!role) continue
    waysIn.set(chapter.id, ways)
    roles.set(chapter.id, role)
  }
  const chapters = shelves.chapters.filter((chapter) => roles.has(chapter.id))
  const inSight = new Set(chapters.map((chapter) => chapter.bookId))
  const roleOn = (bookId: string) => roleBy(standing.onBook(bookId))
  return {
    actor,
    chapters,
    books: shelves.books.filter((book) => inSight.has(book.id) || roleOn(book.id)),
    visible: actor.orgRole === 'admin' && !actor.bookIds ? 'all' : [...roles.keys()],
    seesEverything: roles.size === shelves.chapters.length,
    roleIn: (chapterId) => roles.get(chapterId),
    roleOn,
    waysIn: (chapterId) => waysIn.get(chapterId) ?? [],
    waysOn: (bookId) => standing.onBook(bookId),
  }
}

/** @throws AppError `not_found` for a hidden or absent chapter, `forbidden` for too weak a role */
export function requireChapter(access: Access, chapterId: string, needed: Role): Chapter {
  const chapter = access.chapters.find((each) => each.id === chapterId)
  if (!chapter) throw notFound()
  if (!includes(access.roleIn(chapterId), needed)) throw forbidden(needed)
  return chapter
}

/** @throws AppError `not_found` for a hidden or absent book, `forbidden` for too weak a role */
export function requireBook(access: Access, bookId: string, needed: Role): Book {
  const book = access.books.find((each) => each.id === bookId)
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
