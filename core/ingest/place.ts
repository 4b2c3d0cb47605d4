import { type Access, requireChapter } from '../access/access.ts'
import { AppError, notFound } from '../errors.ts'
import type { Chapter } from '../model/library.ts'
import { cleanFolder, cleanName } from '../model/name.ts'

/** Names of the book and chapter made at first start, where uploads go that name no chapter. */
export const FIRST_BOOK = 'Shared'
export const FIRST_CHAPTER = 'Inbox'

/** Where a file is to go, checked: a chapter the caller may add to, and clean names. */
export interface Place {
  chapter: Chapter
  folder: string
  name: string
}

/**
 * @throws AppError `not_found` for a hidden or absent chapter, `forbidden` for a viewer,
 * `bad_request` for a name no file system would take
 */
export function placeOf(
  access: Access,
  wanted: { chapterId?: string; folder?: string; name: string },
): Place {
  const chapterId = wanted.chapterId ?? firstChapterOf(access)
  return {
    chapter: requireChapter(access, chapterId, 'contributor'),
    folder: cleanFolder(wanted.folder ?? ''),
    name: cleanName(wanted.name),
  }
}

function firstChapterOf(access: Access): string {
  const book = access.books.find((each) => each.name === FIRST_BOOK)
  const chapter = access.chapters.find(
    (each) => each.bookId === book?.id && each.name === FIRST_CHAPTER,
  )
  if (chapter) return chapter.id
  if (access.chapters.length === 0) throw notFound()
  throw new AppError('bad_request', 'Say which chapter the file goes to (chapter_id).', {
    reason: 'CHAPTER_NEEDED',
  })
}
