import {
  type Access,
  includes,
  requireBook,
  requireChapter,
  requireScope,
} from '../access/access.ts'
import { AppError, notFound } from '../errors.ts'
import { newId } from '../ids.ts'
import type { Role } from '../model/actor.ts'
import type { Grant } from '../model/library.ts'
import type { GrantRow, Ports } from '../ports/index.ts'
import { actOf } from './act.ts'

/** Where a grant is given: on a book, or on one chapter. */
export type GrantPlace = { bookId: string } | { chapterId: string }

/** Who can be granted something. */
export interface Subject {
  kind: 'user' | 'group'
  id: string
  name: string
}

const MOST_SUBJECTS = 20

/** Grants given right there, by subject. @throws AppError `not_found`, `forbidden` */
export async function listGrants(
  { catalog }: Pick<Ports, 'catalog'>,
  access: Access,
  place: GrantPlace,
): Promise<GrantRow[]> {
  requireScope(access.actor, 'read')
  const { bookId, chapterId } = requireAdmin(access, place)
  return catalog.library.grantsOn(bookId, chapterId)
}

/**
 * Sets the role of a user or a group there; it takes effect with the subject's next request.
 *
 * @throws AppError `not_found` for a hidden place and an unknown subject, `forbidden`,
 * `bad_request` unless exactly one subject is named
 */
export async function putGrant(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  access: Access,
  wanted: { place: GrantPlace; userId?: string; groupId?: string; role: Role },
): Promise<GrantRow> {
  requireScope(access.actor, 'write')
  const place = requireAdmin(access, wanted.place)
  if ((wanted.userId === undefined) === (wanted.groupId === undefined)) {
    throw new AppError('bad_request', 'Name one person or one group.', { reason: 'SUBJECT' })
  }
  const act = actOf(ports, access)
  const grant = await ports.catalog.library.putGrant(
    {
      id: newId(),
      ...place,
      role: wanted.role,
      createdAt: act.now,
      ...(wanted.userId !== undefined && { userId: wanted.userId }),
      ...(wanted.groupId !== undefined && { groupId: wanted.groupId }),
    },
    act,
  )
  return { ...grant, subjectName: await nameOf(ports, grant) }
}

/** Takes a role back. @throws AppError `not_found` for a hidden or absent grant, `forbidden` */
export async function removeGrant(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  access: Access,
  id: string,
): Promise<void> {
  requireScope(access.actor, 'write')
  const grant = await ports.catalog.library.grant(id)
  if (!grant) throw notFound()
  requireAdmin(access, grant.chapterId ? { chapterId: grant.chapterId } : { bookId: grant.bookId })
  await ports.catalog.library.removeGrant(id, actOf(ports, access))
}

/**
 * People and groups whose name holds `part`, groups first; for choosing whom to grant something.
 *
 * @throws AppError `forbidden` for those who administer no book and no chapter
 */
export async function findSubjects(
  { catalog }: Pick<Ports, 'catalog'>,
  access: Access,
  part: string,
): Promise<Subject[]> {
  requireScope(access.actor, 'read')
  if (!administersAnything(access)) {
    throw new AppError('forbidden', 'Only administrators of a book may look this up.', {
      reason: 'ROLE',
    })
  }
  const [groups, users] = await Promise.all([catalog.people.groups(), catalog.people.users()])
  const holds = (name: string) => name.toLowerCase().includes(part.trim().toLowerCase())
  const subjects: Subject[] = [
    ...groups
      .filter(({ name }) => holds(name))
      .map(({ id, name }) => ({ kind: 'group' as const, id, name })),
    ...users
      .filter((user) => user.disabledAt === undefined)
      .filter((user) => holds(user.displayName) || holds(user.username))
      .map((user) => ({ kind: 'user' as const, id: user.id, name: user.displayName })),
  ]
  return subjects.slice(0, MOST_SUBJECTS)
}

const administersAnything = (access: Access): boolean =>
  access.books.some((book) => includes(access.roleOn(book.id), 'admin')) ||
  access.chapters.some((chapter) => includes(access.roleIn(chapter.id), 'admin'))

function requireAdmin(access: Access, place: GrantPlace): { bookId: string; chapterId?: string } {
  if ('bookId' in place) return { bookId: requireBook(access, place.bookId, 'admin').id }
  const { bookId, id } = requireChapter(access, place.chapterId, 'admin')
  return { bookId, chapterId: id }
}

async function nameOf({ catalog }: Pick<Ports, 'catalog'>, grant: Grant): Promise<string> {
  const rows = await catalog.library.grantsOn(grant.bookId, grant.chapterId)
  return rows.find((row) => row.id === grant.id)?.subjectName ?? ''
}
