import type { Access, Visible } from '../access/access.ts'
import type { PointerFilter } from '../ports/index.ts'

/**
 * What may be seen and is asked for: whole books where it can be, so that the filter is short, and no
 * filter for who sees everything. Only a pre-filter: the exact check goes by `visible`.
 */
export function placesAsked(access: Access, { bookIds, chapterIds }: PointerFilter): Visible {
  if (access.seesEverything && !bookIds && !chapterIds) return 'all'
  const asked = access.chapters.filter(
    ({ id, bookId }) => (chapterIds?.includes(id) ?? true) && (bookIds?.includes(bookId) ?? true),
  )
  const isWhole = (bookId: string) => !chapterIds && access.roleOn(bookId) !== undefined
  return [...new Set(asked.map(({ id, bookId }) => (isWhole(bookId) ? bookId : id)))]
}
