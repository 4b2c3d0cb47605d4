import type { Visible } from '../../core/access/access.ts'
import { AppError } from '../../core/errors.ts'
import { isId } from '../../core/ids.ts'
import type { PointerFilter } from '../../core/ports/index.ts'
import type { Database } from './database.ts'
import { ANYWHERE, scopeToken } from './dialects/functions.ts'

/** Shorter terms begin too many words to be taken for their beginning. */
const SHORTEST_PREFIX = 3

/**
 * A run of words as an FTS5 string. Folded words are letters, digits and marks only, so nothing a
 * user types can end the string or be read as an operator.
 */
export const exactly = (words: readonly string[]): string => `"${words.join(' ')}"`

/** The same, its last word as a beginning. */
export const beginning = (words: readonly string[]): string =>
  (words.at(-1) ?? '').length < SHORTEST_PREFIX ? exactly(words) : `${exactly(words)} *`

/** What an index entry must hold, in FTS5 expressions: all of `all`, one of `any`, none of `none`. */
export interface Wish {
  all?: readonly string[]
  any?: readonly string[]
  none?: readonly string[]
}

/** The FTS5 expression for `wish` inside `scope`, or undefined when it wishes for nothing. */
export function matchOf(
  { all = [], any = [], none = [] }: Wish,
  scope: string,
): string | undefined {
  const wanted = any.length > 0 ? [...all, `(${any.join(' OR ')})`] : all
  if (wanted.length === 0) return undefined
  const refused = none.length > 0 ? ` NOT (${none.join(' OR ')})` : ''
  return `words : ((${wanted.join(' AND ')})${refused}) AND scope : (${scope})`
}

/**
 * The places that are searched as an FTS5 expression; undefined when there are none. A book of which
 * all chapters are searched is one place: the fewer, the faster.
 *
 * @throws AppError `bad_request` when a chapter asked for is no id
 */
export async function scopeOf(
  db: Database,
  visible: Visible,
  { chapterIds, bookIds }: PointerFilter,
): Promise<string | undefined> {
  if (chapterIds && !chapterIds.every(isId)) {
    throw new AppError('bad_request', 'This is not the id of a chapter.', { reason: 'INVALID_ID' })
  }
  if (visible === 'all' && !chapterIds && !bookIds) return ANYWHERE
  const rows = await db.read.selectFrom('chapters').select(['id', 'book_id']).execute()
  const seen = new Set(visible === 'all' ? rows.map(({ id }) => id) : visible)
  const isAsked = (row: { id: string; book_id: string }): boolean =>
    seen.has(row.id) &&
    (chapterIds?.includes(row.id) ?? true) &&
    (bookIds?.includes(row.book_id) ?? true)
  const places = [...Map.groupBy(rows, (row) => row.book_id)].flatMap(([bookId, chapters]) =>
    chapters.every(isAsked) ? [bookId] : chapters.filter(isAsked).map(({ id }) => id),
  )
  return places.map((id) => exactly([scopeToken(id)])).join(' OR ') || undefined
}
