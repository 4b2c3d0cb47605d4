/** What the library shows: a folder of a chapter, the trash, or nothing chosen yet. */
export type LibraryPlace =
  | { kind: 'folder'; chapterId: string; folder: string }
  | { kind: 'trash' }
  | { kind: 'none' }

const TRASH = 'trash'

/** Reads what stands behind `/library/` in the address. */
export function readPlace(splat: string | undefined): LibraryPlace {
  const [first, ...rest] = (splat ?? '').split('/').filter(Boolean)
  if (first === undefined) return { kind: 'none' }
  if (first === TRASH) return { kind: 'trash' }
  return { kind: 'folder', chapterId: first, folder: rest.join('/') }
}

/** The parameters of the route `/library/$` that lead to a folder of a chapter. */
export const folderParams = (chapterId: string, folder = '') => ({
  _splat: [chapterId, folder].filter(Boolean).join('/'),
})

export const TRASH_PARAMS = { _splat: TRASH }

/** Path of a folder of a chapter, for links given as text. */
export const folderPath = (chapterId: string, folder = ''): string =>
  `/library/${[chapterId, ...folder.split('/')].filter(Boolean).map(encodeURIComponent).join('/')}`
