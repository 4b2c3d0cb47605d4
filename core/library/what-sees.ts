import { type Access, requireOrgAdmin, resolveAccess } from '../access/access.ts'
import type { Way } from '../access/standing.ts'
import { notFound } from '../errors.ts'
import type { Actor, Role, User } from '../model/actor.ts'
import type { Book, Chapter } from '../model/library.ts'
import type { Ports } from '../ports/index.ts'

/** A book that somebody sees, with every reason. */
interface SeenBook {
  book: Book
  /** Absent when only single chapters are seen. */
  role?: Role
  ways: readonly Way[]
  chapters: { chapter: Chapter; role: Role; ways: readonly Way[] }[]
}

interface WhatSees {
  user: User
  /** By name. Of a disabled account, what it would see: now it cannot sign in. */
  books: SeenBook[]
}

/**
 * What one person can see, and why: the answer of the resolver itself, for the rights of now.
 * Administrators of the organization only.
 *
 * @throws AppError `forbidden`, `not_found`
 */
export async function whatSees(
  ports: Pick<Ports, 'catalog'>,
  actor: Actor,
  userId: string,
): Promise<WhatSees> {
  requireOrgAdmin(actor)
  const user = await ports.catalog.people.user(userId)
  if (!user) throw notFound()
  const { id, username, displayName, orgRole } = user
  const access = await resolveAccess(ports, {
    userId: id,
    username,
    displayName,
    orgRole,
    scopes: ['read'],
    traceId: actor.traceId,
  })
  return { user, books: access.books.map((book) => seenBook(access, book)) }
}

function seenBook(access: Access, book: Book): SeenBook {
  const role = access.roleOn(book.id)
  const chapters = access.chaptersOf(book.id).map((chapter) => ({
    chapter,
    role: access.roleIn(chapter.id) ?? 'viewer',
    ways: access.waysIn(chapter.id),
  }))
  return { book, ways: access.waysOn(book.id), chapters, ...(role && { role }) }
}
