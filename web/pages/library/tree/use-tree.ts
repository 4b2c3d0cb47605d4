import { useQueries } from '@tanstack/react-query'
import { useState } from 'react'
import type { Book } from '../../../api-types.ts'
import { foldersQuery } from '../queries.ts'
import { bookKey, folderKey, keysAbove, type TreeNode, visibleNodes } from './nodes.ts'

/** Where the tree is open: chosen place, and whatever the reader has expanded. */
export interface TreePlace {
  bookId: string
  chapterId: string
  folder: string
}

/** With more books than this, only the one that is shown starts open. */
const MANY_BOOKS = 6

/** The tree's lines with their folders loaded as they are opened. */
export function useTree(books: readonly Book[], place: TreePlace | undefined) {
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(
    () => new Set(books.length <= MANY_BOOKS ? books.map((book) => bookKey(book.id)) : []),
  )
  const [shown, setShown] = useState('')
  const wanted = place ? folderKey(place.chapterId, place.folder) : ''
  if (wanted !== shown) {
    setShown(wanted)
    if (place) {
      const above = keysAbove(place.bookId, place.chapterId, place.folder)
      setExpanded(new Set([...expanded, ...above]))
    }
  }
  const open = openFolders(expanded, place)
  const loaded = useQueries({
    queries: open.map(([chapterId, folder]) => foldersQuery(chapterId, folder)),
  })
  const known = new Map(
    open.map(([chapterId, folder], index) => [folderKey(chapterId, folder), loaded[index]?.data]),
  )
  const nodes: TreeNode[] = visibleNodes(books, expanded, (chapterId, folder) =>
    known.get(folderKey(chapterId, folder)),
  )
  const setOpen = (key: string, isOpen: boolean) => {
    const next = new Set(expanded)
    if (isOpen) next.add(key)
    else next.delete(key)
    setExpanded(next)
  }
  return { nodes, setOpen }
}

/** Chapters and folders whose folders are needed: the open ones, and the one that is shown. */
function openFolders(
  expanded: ReadonlySet<string>,
  place: TreePlace | undefined,
): [chapterId: string, folder: string][] {
  const keys = new Set([...expanded].filter((key) => key.startsWith('folder ')))
  if (place) keys.add(folderKey(place.chapterId, place.folder))
  return [...keys].map((key) => {
    const [, chapterId = '', ...folder] = key.split(' ')
    return [chapterId, folder.join(' ')]
  })
}
