import { type Access, includes, requireChapter, requireScope } from '../access/access.ts'
import { type Right, roleBy, type Standing, standingOf, type Way } from '../access/standing.ts'
import { AppError, notFound } from '../errors.ts'
import type { Role, User } from '../model/actor.ts'
import type { Book, Chapter } from '../model/library.ts'
import type { Ports } from '../ports/index.ts'
import { findDocument } from './find-document.ts'

/** What is asked about: a book, a chapter, or a document, which is seen as its chapter is. */
export type SeenPlace = { bookId: string } | { chapterId: string } | { documentId: string }

/** How somebody reaches a place: the role, and every way to it. */
export interface Reach {
  /** Absent when a book is seen through single chapters only. */
  role?: Role
  ways: readonly Way[]
  /** Of a book, the chapters in which somebody has a right of their own. */
  parts: { chapter: Chapter; role: Role; ways: readonly Way[] }[]
}

interface PersonReach extends Reach {
  user: User
}

export interface WhoSees {
  /** The caller's own. */
  mine: Reach
  /** Whether the caller administers the book and is told of the others; else there are none below. */
  seesOthers: boolean
  /** How many people there are in all pages; 0 for who is not told. */
  total: number
  items: PersonReach[]
  nextCursor?: string
}

interface Place {
  book: Book
  /** Absent for a book. */
  chapter?: Chapter
  /** A trashed document is seen by those only who could have put it there. */
  needed: Role
}

/**
 * Who can see a document, a chapter or a book, and why: those who administer the book are told of
 * everybody with an active account, by user name; everybody else of themselves.
 *
 * @throws AppError `not_found` for what is hidden or absent, `bad_request` (reason `CURSOR`)
 */
export async function whoSees(
  { catalog }: Pick<Ports, 'catalog'>,
  access: Access,
  asked: { place: SeenPlace; part?: string; limit: number; cursor?: string },
): Promise<WhoSees> {
  requireScope(access.actor, 'read')
  const place = await placeOf({ catalog }, access, asked.place)
  const chapters = access.chaptersOf(place.book.id)
  const mine = reachOf(place, chapters, {
    onBook: (bookId) => access.waysOn(bookId),
    inChapter: ({ id }) => access.waysIn(id),
  })
  if (!includes(access.roleOn(place.book.id), 'admin')) {
    return { mine: mine ?? NONE, seesOthers: false, total: 0, items: [] }
  }
  const everybody = await reaches({ catalog }, place, chapters)
  const people = everybody.filter(({ user }) => holds(user, asked.part ?? ''))
  return { mine: mine ?? NONE, seesOthers: true, total: people.length, ...pageOf(people, asked) }
}

const NONE: Reach = { ways: [], parts: [] }

async function placeOf(
  ports: Pick<Ports, 'catalog'>,
  access: Access,
  asked: SeenPlace,
): Promise<Place> {
  if ('bookId' in asked) {
    const book = access.book(asked.bookId)
    if (!book) throw notFound()
    return { book, needed: 'viewer' }
  }
  const document =
    'documentId' in asked ? await findDocument(ports, access, { id: asked.documentId }) : undefined
  const chapterId = 'chapterId' in asked ? asked.chapterId : (document?.chapterId ?? '')
  const chapter = requireChapter(access, chapterId, 'viewer')
  const book = access.book(chapter.bookId)
  if (!book) throw notFound()
  const isTrashed = document?.trashedAt !== undefined
  return { book, chapter, needed: isTrashed ? 'contributor' : 'viewer' }
}

/** Everybody with an active account who sees the place, by user name. */
async function reaches(
  { catalog }: Pick<Ports, 'catalog'>,
  place: Place,
  chapters: readonly Chapter[],
): Promise<PersonReach[]> {
  const [users, rights] = await Promise.all([
    catalog.people.users(),
    catalog.library.rightsWithin(place.book.id),
  ])
  const own: Map<string, Right[]> = Map.groupBy(rights, ({ userId }) => userId)
  return users.filter(isLetIn).flatMap((user) => {
    const reach = reachOf(place, chapters, standingOf(user, own.get(user.id) ?? []))
    return reach ? [{ user, ...reach }] : []
  })
}

/** Who cannot sign in sees nothing, whatever was granted. */
const isLetIn = ({ disabledAt, directory }: User): boolean =>
  disabledAt === undefined && directory?.left === undefined

function reachOf(
  { book, chapter, needed }: Place,
  chapters: readonly Chapter[],
  standing: Pick<Standing, 'onBook' | 'inChapter'>,
): Reach | undefined {
  const ways = chapter ? standing.inChapter(chapter) : standing.onBook(book.id)
  const role = roleBy(ways)
  if (chapter) return includes(role, needed) && role ? { role, ways, parts: [] } : undefined
  const parts = chapters.flatMap((each) => {
    const inIt = standing.inChapter(each)
    const partRole = roleBy(inIt)
    const isOwn = inIt.some(({ on }) => on === 'chapter')
    return partRole && isOwn ? [{ chapter: each, role: partRole, ways: inIt }] : []
  })
  if (!role && parts.length === 0) return undefined
  return { ways, parts, ...(role && { role }) }
}

const holds = ({ username, displayName }: User, part: string): boolean =>
  [username, displayName].some((name) => name.toLowerCase().includes(part.trim().toLowerCase()))

/** A cursor is the id of the last person told. */
function pageOf(
  people: readonly PersonReach[],
  { limit, cursor }: { limit: number; cursor?: string },
): Pick<WhoSees, 'items' | 'nextCursor'> {
  const last = cursor === undefined ? -1 : people.findIndex(({ user }) => user.id === cursor)
  if (cursor !== undefined && last === -1) {
    throw new AppError('bad_request', 'The list changed meanwhile. Please read it again.', {
      reason: 'CURSOR',
    })
  }
  const items = people.slice(last + 1, last + 1 + limit)
  const end = items.at(-1)
  const hasMore = last + 1 + limit < people.length
  return { items, ...(hasMore && end && { nextCursor: end.user.id }) }
}
