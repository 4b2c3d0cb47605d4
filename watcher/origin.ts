import { lstatSync } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import type { Digest } from '../core/digest.ts'
import { hasSystemCode } from '../core/errors.ts'
import type {
  EntryMove,
  EntryPlace,
  Origin,
  Ports,
  Share,
  ShareEntry,
} from '../core/ports/index.ts'
import { fileSystemOf } from '../core/share/file-system.ts'
import { chapterInShare, isNamed, mapPath } from '../core/share/place-in-share.ts'
import { absolute, bytesOf, type RawPath, rawPathOf } from '../core/share/raw-path.ts'
import { isLinked, type Stamp } from '../core/share/stamp.ts'
import type { Place } from './take.ts'

/** Files that are looked at for one that may have come from any of them. */
const MOST_ORIGINS = 8

/** A file at a path where nothing is known yet. */
export interface Newcomer {
  path: RawPath
  stamp: Stamp
  traceId: string
  /** When its content is known and may be that of a file which went since `since`. */
  content?: { digest: Digest; since: number }
}

/**
 * Finds the file that a new path was moved or renamed from, and lets its document follow with all its
 * versions. It is the same file when inode and birth say so, or when a file of the same content has
 * been gone from its path for a while; never one that still lies where it was. A document goes to
 * another chapter with a file that is provably the same, and never for a like content.
 *
 * @returns the entry as it is at its new path now, or undefined when it is a file of its own
 */
export async function followMove(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  place: Place,
  newcomer: Newcomer,
): Promise<ShareEntry | undefined> {
  const { shares } = ports.catalog
  const { path, stamp, content } = newcomer
  if (place.share.mode === 'inbox') return undefined
  const to = content && (await placeOf(ports, place.share, path))
  if (content && !to) return undefined
  const of: Origin =
    content && to
      ? { ...content, chapterId: to.chapterId }
      : { inode: stamp.inode, generation: stamp.generation }
  for (const origin of await shares.origins(place.share.id, of, MOST_ORIGINS)) {
    if (!(await isGoneFrom(ports, place, origin))) continue
    const move = await moveOf(ports, place, { origin, newcomer })
    if (move && (await shares.moveEntry(move))) return shares.entry(place.share.id, bytesOf(path))
  }
  return undefined
}

/**
 * Whether nothing lies any more where the file was seen. A second name of it is no move; and where
 * another file has its place, as when a program keeps the old one as a copy, the document stays.
 */
async function isGoneFrom(
  ports: Pick<Ports, 'catalog'>,
  place: Place,
  origin: ShareEntry,
): Promise<boolean> {
  const root = await rootOf(ports, place, origin.shareId)
  if (root === undefined) return false
  try {
    lstatSync(absolute(root, rawPathOf(origin.path)))
    return false
  } catch (cause) {
    return hasSystemCode(cause, 'ENOENT') || hasSystemCode(cause, 'ENOTDIR')
  }
}

/** Where the folder of a share of the same book really is; one that is away proves nothing. */
async function rootOf(
  { catalog }: Pick<Ports, 'catalog'>,
  place: Place,
  shareId: string,
): Promise<string | undefined> {
  if (shareId === place.share.id) return place.root
  const other = (await catalog.shares.list()).find((share) => share.id === shareId)
  return other && (await realpath(other.path).catch(() => undefined))
}

async function moveOf(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  { share, root }: Place,
  { origin, newcomer }: { origin: ShareEntry; newcomer: Newcomer },
): Promise<EntryMove | undefined> {
  const { path, stamp, traceId, content } = newcomer
  const to = await placeOf(ports, share, path)
  if (!to) return undefined
  const from = await formerPlace(ports, share, origin)
  const isStaying = from.chapterId === to.chapterId
  return {
    from,
    to,
    ...(content && { seen: stamp }),
    mayCross: !content && (isStaying || (await isProven(root, stamp, origin))),
    by: { userId: share.ownerId, traceId, now: ports.clock.now(), door: 'share' },
  }
}

/**
 * Whether nobody who writes to the share can have made a file that only looks like the one that was
 * there. Inodes are given out again, and many file servers let their clients set a birth time; the
 * kernel of this machine lets nobody, on a disk of its own. And a file with a second name may have been
 * kept by one who could not have moved it.
 */
async function isProven(root: string, stamp: Stamp, origin: ShareEntry): Promise<boolean> {
  if (isLinked(stamp)) return false
  const { isNetwork, hasTrueCtime } = await fileSystemOf(root)
  if (isNetwork || !hasTrueCtime) return false
  const device = String((await stat(root, { bigint: true })).dev)
  return stamp.device === device && origin.device === device
}

/** Where the document of a path belongs; undefined when the chapter is gone. */
async function placeOf(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  share: Share,
  path: RawPath,
): Promise<EntryPlace | undefined> {
  const { chapterName, ...shelf } = mapPath(share, path)
  const chapter = await chapterInShare(ports, share, chapterName)
  return chapter && { shareId: share.id, path: bytesOf(path), chapterId: chapter.id, ...shelf }
}

/** Where the document of the old path belonged; its chapter may be gone, and is not made again. */
async function formerPlace(
  { catalog }: Pick<Ports, 'catalog'>,
  share: Share,
  { shareId, path }: ShareEntry,
): Promise<EntryPlace> {
  const was =
    shareId === share.id ? share : (await catalog.shares.list()).find(({ id }) => id === shareId)
  const { chapterName, ...shelf } = mapPath(was ?? share, rawPathOf(path))
  const chapterId = was?.chapterId ?? ''
  if (chapterName === undefined) return { shareId, path, chapterId, ...shelf }
  const { chapters } = await catalog.library.shelves()
  const own = chapters.find((chapter) => chapter.id === chapterId)
  const named = chapters.find(
    (chapter) => chapter.bookId === own?.bookId && isNamed(chapter, chapterName),
  )
  return { shareId, path, chapterId: named?.id ?? '', ...shelf }
}
