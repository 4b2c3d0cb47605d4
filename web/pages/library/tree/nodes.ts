import type { Book, ChapterRow, Folder } from '../../../api-types.ts'

/** One visible line of the tree. */
export interface TreeNode {
  key: string
  kind: 'book' | 'chapter' | 'folder'
  /** From 1. */
  level: number
  name: string
  /** Documents inside; absent for books. */
  count?: number
  expandable: boolean
  expanded: boolean
  /** Key of the line above in the tree. */
  parent?: string
  /** Position among its siblings, from 1, and how many those are. */
  position: number
  siblings: number
  book: Book
  chapter?: ChapterRow
  /** Path inside the chapter; '' for the chapter itself. */
  folder: string
}

export const bookKey = (bookId: string) => `book ${bookId}`
export const folderKey = (chapterId: string, folder: string) => `folder ${chapterId} ${folder}`

/** Folders directly inside; undefined while they are not known. */
export type FoldersOf = (chapterId: string, folder: string) => readonly Folder[] | undefined

/** The lines in sight, top to bottom: what lies inside a collapsed line is left out. */
export function visibleNodes(
  books: readonly Book[],
  expanded: ReadonlySet<string>,
  foldersOf: FoldersOf,
): TreeNode[] {
  return books.flatMap((book, index) => {
    const key = bookKey(book.id)
    const open = expanded.has(key)
    const node: TreeNode = {
      key,
      kind: 'book',
      level: 1,
      name: book.name,
      expandable: book.chapters.length > 0,
      expanded: open,
      position: index + 1,
      siblings: books.length,
      book,
      folder: '',
    }
    return open ? [node, ...chapterNodes(book, expanded, foldersOf)] : [node]
  })
}

const chapterNodes = (book: Book, expanded: ReadonlySet<string>, foldersOf: FoldersOf) =>
  book.chapters.flatMap((chapter, index) =>
    withFolders(
      {
        kind: 'chapter',
        level: 2,
        name: chapter.name,
        count: chapter.document_count,
        parent: bookKey(book.id),
        position: index + 1,
        siblings: book.chapters.length,
        book,
        chapter,
        folder: '',
      },
      expanded,
      foldersOf,
    ),
  )

type Bare = Omit<TreeNode, 'key' | 'expandable' | 'expanded'> & { chapter: ChapterRow }

function withFolders(bare: Bare, expanded: ReadonlySet<string>, foldersOf: FoldersOf): TreeNode[] {
  const key = folderKey(bare.chapter.id, bare.folder)
  const folders = foldersOf(bare.chapter.id, bare.folder)
  // Until it is known, a line is shown as if it had folders: opening it finds out.
  const expandable = folders === undefined || folders.length > 0
  const open = expandable && expanded.has(key)
  const node: TreeNode = { ...bare, key, expandable, expanded: open }
  if (!open || !folders) return [node]
  const inside = folders.flatMap((folder, index) =>
    withFolders(
      {
        ...bare,
        kind: 'folder',
        level: bare.level + 1,
        name: folder.name,
        count: folder.document_count,
        parent: key,
        position: index + 1,
        siblings: folders.length,
        folder: folder.path,
      },
      expanded,
      foldersOf,
    ),
  )
  return [node, ...inside]
}

/** Keys to expand so that a folder of a chapter is in sight. */
export function keysAbove(bookId: string, chapterId: string, folder: string): string[] {
  const parts = folder.split('/').slice(0, -1)
  const paths = folder ? ['', ...parts.map((_, index) => parts.slice(0, index + 1).join('/'))] : []
  return [bookKey(bookId), ...paths.map((path) => folderKey(chapterId, path))]
}
