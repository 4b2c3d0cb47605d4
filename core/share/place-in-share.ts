import { type Access, includes, resolveAccess } from '../access/access.ts'
import { AppError } from '../errors.ts'
import { newTraceId } from '../ids.ts'
import { createChapter } from '../library/books.ts'
import type { Chapter } from '../model/library.ts'
import type { Ports, Share } from '../ports/index.ts'
import { displayPath } from './display-path.ts'
import type { RawPath } from './raw-path.ts'

/** Where a file of a share goes, by its path alone. */
export interface MappedPath {
  /** Name of the chapter; absent: the share's own. */
  chapterName?: string
  /** Folder in that chapter. */
  folder: string
  name: string
}

/** The rule by which paths of a share become chapters and folders. */
export function mapPath(share: Pick<Share, 'mapping'>, path: RawPath): MappedPath {
  const { folder, name } = displayPath(path)
  if (share.mapping === 'folders' || folder === '') return { folder, name }
  const slash = folder.indexOf('/')
  if (slash === -1) return { chapterName: folder, folder: '', name }
  return { chapterName: folder.slice(0, slash), folder: folder.slice(slash + 1), name }
}

/** A chapter of its book is told by its name without regard to case, as the catalog compares them. */
export const isNamed = ({ name }: Chapter, wanted: string): boolean =>
  name.toLowerCase() === wanted.toLowerCase()

/**
 * The chapter that a file of a share goes to. One that its folder stands for is made when it is not
 * there, in the name of the share's owner and with his rights as they are now.
 *
 * @throws AppError `not_found` when the share's own chapter is gone, `forbidden` (reason
 * `CHAPTER_RIGHTS`) when the owner may not add to the chapter, or not make it
 */
export async function chapterInShare(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  share: Share,
  chapterName: string | undefined,
): Promise<Chapter | undefined> {
  const { chapters } = await ports.catalog.library.shelves()
  const own = chapters.find((chapter) => chapter.id === share.chapterId)
  if (chapterName === undefined || !own) return own
  const access = await accessOfOwner(ports, share)
  const inBook = ({ bookId }: Chapter) => bookId === own.bookId
  const found = chapters.find((chapter) => inBook(chapter) && isNamed(chapter, chapterName))
  if (found) {
    if (!includes(access.roleIn(found.id), 'contributor')) throw ownerMayNot(chapterName)
    return found
  }
  return makeChapter(ports, access, { bookId: own.bookId, name: chapterName })
}

/** Several files of a new folder come at the same time; each may be the one that makes its chapter. */
async function makeChapter(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  access: Access,
  wanted: { bookId: string; name: string },
): Promise<Chapter | undefined> {
  try {
    return await createChapter(ports, access, wanted)
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause
    if (cause.reason !== 'NAME_TAKEN') throw ownerMayNot(wanted.name, cause)
    const { chapters } = await ports.catalog.library.shelves()
    return chapters.find(
      (chapter) => chapter.bookId === wanted.bookId && isNamed(chapter, wanted.name),
    )
  }
}

/** The rights of a share's owner as they are now; a closed account has none. */
export async function accessOfOwner(
  ports: Pick<Ports, 'catalog'>,
  { ownerId }: Pick<Share, 'ownerId'>,
): Promise<Access> {
  const owner = await ports.catalog.people.user(ownerId)
  const isActive = owner !== undefined && owner.disabledAt === undefined
  return resolveAccess(ports, {
    userId: ownerId,
    username: owner?.username ?? '',
    displayName: owner?.displayName ?? '',
    orgRole: isActive ? owner.orgRole : 'member',
    scopes: isActive ? ['read', 'write'] : [],
    traceId: newTraceId(),
    door: 'share',
  })
}

const ownerMayNot = (chapter: string, cause?: unknown) =>
  new AppError(
    'forbidden',
    `The owner of this share may not add to the chapter "${chapter}", or not make it. Give the account the role "admin" on the book, or choose another owner.`,
    { reason: 'CHAPTER_RIGHTS', cause },
  )
