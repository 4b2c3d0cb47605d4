import type { OrgRole, Role } from '../model/actor.ts'

/** A right that somebody has: the grant, and the group through which it came, if one did. */
export interface Right {
  grantId: string
  bookId: string
  /** Absent for a right on the whole book. */
  chapterId?: string
  role: Role
  group?: { id: string; name: string; isEveryone: boolean }
}

/** One reason why somebody has a role somewhere. */
export interface Way {
  role: Role
  /** `office`: runs the box, and with it administers every book. */
  by: 'office' | 'own' | 'group' | 'everyone'
  /** Where it was given; what is given on a book holds in its chapters. */
  on: 'box' | 'book' | 'chapter'
  /** Absent for an office. */
  grantId?: string
  /** The group that a grant to a group was given to. */
  group?: { id: string; name: string }
}

/** Every way in which one person reaches books and chapters. A role is nothing but the strongest. */
export interface Standing {
  onBook(bookId: string): readonly Way[]
  /** Those on its book first. */
  inChapter(chapter: { id: string; bookId: string }): readonly Way[]
  /** The books of these in which `onBook` tells of a way. */
  bookIds(shelves: { books: readonly { id: string }[] }): readonly string[]
  /** Chapters with rights of their own: whether they are reached, `inChapter` says. */
  chapterIds(): Iterable<string>
}

const RANK: Record<Role, number> = { viewer: 1, contributor: 2, admin: 3 }

/** Whether `role` includes what `needed` may do. */
export const includes = (role: Role | undefined, needed: Role): boolean =>
  role !== undefined && RANK[role] >= RANK[needed]

/** The role that these ways give: the strongest; undefined where there is no way. */
export function roleBy(ways: readonly Way[]): Role | undefined {
  let best: Role | undefined
  for (const { role } of ways) if (!best || RANK[role] > RANK[best]) best = role
  return best
}

const OFFICE: Way = { role: 'admin', by: 'office', on: 'box' }
const NO_WAYS: readonly Way[] = []

/**
 * The one place where grants become rights. What decides (`resolveAccess`) and what explains
 * (`whoSees`, `whatSees`) both ask it, so that neither can differ from the other.
 *
 * @param person whose rights these are; `bookIds` when their credential reaches certain books only
 */
export function standingOf(
  person: { orgRole: OrgRole; bookIds?: readonly string[] },
  rights: readonly Right[],
): Standing {
  const onBooks = new Map<string, Way[]>()
  const inChapters = new Map<string, Way[]>()
  for (const right of rights) {
    const { bookId, chapterId } = right
    if (chapterId) add(inChapters, chapterId, wayOf(right, 'chapter'))
    else add(onBooks, bookId, wayOf(right, 'book'))
  }
  const office = person.orgRole === 'admin' ? [OFFICE] : []
  const reaches = (bookId: string) => person.bookIds?.includes(bookId) ?? true
  const onBook = (bookId: string): readonly Way[] => {
    const own = onBooks.get(bookId) ?? NO_WAYS
    if (!reaches(bookId)) return NO_WAYS
    return office.length > 0 ? [...office, ...own] : own
  }
  return {
    onBook,
    inChapter({ id, bookId }) {
      const own = inChapters.get(id)
      if (!reaches(bookId)) return NO_WAYS
      return own ? [...onBook(bookId), ...own] : onBook(bookId)
    },
    bookIds: ({ books }) =>
      (office.length > 0 ? books.map(({ id }) => id) : [...onBooks.keys()]).filter(reaches),
    chapterIds: () => inChapters.keys(),
  }
}

function wayOf({ role, grantId, group }: Right, on: 'book' | 'chapter'): Way {
  if (!group) return { role, by: 'own', on, grantId }
  const { id, name, isEveryone } = group
  return { role, by: isEveryone ? 'everyone' : 'group', on, grantId, group: { id, name } }
}

function add(to: Map<string, Way[]>, key: string, way: Way): void {
  const known = to.get(key)
  if (known) known.push(way)
  else to.set(key, [way])
}
