import { opendir } from 'node:fs/promises'
import { type Access, includes, requireChapter } from '../access/access.ts'
import type { Chapter } from '../model/library.ts'
import type { Ports, Share } from '../ports/index.ts'
import { displayText } from './display-path.ts'
import { shareExclusion } from './exclude.ts'
import { accessOfOwner, isNamed } from './place-in-share.ts'
import { rawPathOf } from './raw-path.ts'
import { checkReadable } from './share-folder.ts'
import { requireShareKeeper } from './share-keeper.ts'

/** Entries at the top of a folder that are looked at for a preview. */
const MOST_ENTRIES = 5_000
const MOST_FOLDERS = 200

export type MappingWish = Pick<
  Share,
  'path' | 'chapterId' | 'mapping' | 'mode' | 'include' | 'exclude'
> &
  Partial<Pick<Share, 'ownerId'>>

/** What one folder at the top of a share becomes. */
export interface MappedFolder {
  /** Display text. */
  folder: string
  chapterName: string
  isNew: boolean
  /** Whether the owner of the share may add to the chapter, or make it. */
  isAllowed: boolean
}

export interface MappingPreview {
  /** By name; none when all folders stay folders. */
  folders: MappedFolder[]
  /** Files beside the folders; they go to the share's own chapter. */
  looseFiles: number
  /** Whether the whole top was looked at. */
  isWhole: boolean
}

/**
 * What the top of a folder would become by a mapping, without a share and without making anything.
 *
 * @throws AppError `forbidden`, `not_found` for a chapter that is not there, `bad_request` for a folder
 * that cannot be read
 */
export async function previewMapping(
  ports: Pick<Ports, 'catalog'>,
  access: Access,
  wish: MappingWish,
): Promise<MappingPreview> {
  requireShareKeeper(access)
  const own = requireChapter(access, wish.chapterId, 'contributor')
  const root = await checkReadable(wish.path)
  const { names, looseFiles, isWhole } = await topOf(root, wish)
  if (wish.mapping === 'folders') return { folders: [], looseFiles, isWhole }
  const owner = await accessOfOwner(ports, { ownerId: wish.ownerId ?? access.actor.userId })
  const { chapters } = await ports.catalog.library.shelves()
  const inBook = chapters.filter(({ bookId }) => bookId === own.bookId)
  const folders = names
    .toSorted((a, b) => a.localeCompare(b))
    .map((name) => mapped(name, { inBook, owner, own }))
  return { folders, looseFiles, isWhole }
}

function mapped(
  folder: string,
  { inBook, owner, own }: { inBook: readonly Chapter[]; owner: Access; own: Chapter },
): MappedFolder {
  const found = inBook.find((chapter) => isNamed(chapter, folder))
  const isAllowed = found
    ? includes(owner.roleIn(found.id), 'contributor')
    : includes(owner.roleOn(own.bookId), 'admin')
  return { folder, chapterName: found?.name ?? folder, isNew: !found, isAllowed }
}

async function topOf(root: string, wish: MappingWish) {
  const exclude = shareExclusion(wish)
  const names: string[] = []
  let looseFiles = 0
  let seen = 0
  for await (const entry of await opendir(root, { encoding: 'latin1' })) {
    if (++seen > MOST_ENTRIES || names.length >= MOST_FOLDERS) break
    const name = displayText(rawPathOf(Buffer.from(entry.name, 'latin1')))
    if (entry.isDirectory() && !exclude.folder(name, name)) names.push(name)
    if (entry.isFile() && !exclude.file(name, name)) looseFiles++
  }
  return { names, looseFiles, isWhole: seen <= MOST_ENTRIES && names.length < MOST_FOLDERS }
}
