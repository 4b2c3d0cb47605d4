import type { Visible } from '../../core/access/access.ts'
import { AppError } from '../../core/errors.ts'
import { isId } from '../../core/ids.ts'
import type { PointerFilter } from '../../core/ports/index.ts'
import type { Database } from './database.ts'
import { ANYWHERE, scopeToken } from './dialects/functions.ts'
import { isIn } from './pointers.ts'

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
 * The chapters that are searched as an FTS5 expression; undefined when there are none.
 *
 * @throws AppError `bad_request` when a chapter asked for is no id
 */
export async function scopeOf(
  db: Database,
  visible: Visible,
  filter: PointerFilter,
): Promise<string | undefined> {
  let chapters = visible
  if (filter.chapterIds) chapters = narrowed(chapters, filter.chapterIds)
  if (filter.bookIds) {
    const rows = await db.read
      .selectFrom('chapters')
      .select('id')
      .where(isIn('book_id', filter.bookIds))
      .execute()
    chapters = narrowed(
      chapters,
      rows.map((row) => row.id),
    )
  }
  if (chapters === 'all') return ANYWHERE
  if (!chapters.every(isId)) throw new AppError('bad_request', 'This is not the id of a chapter.')
  return chapters.map((id) => exactly([scopeToken(id)])).join(' OR ') || undefined
}

const narrowed = (visible: Visible, to: readonly string[]): readonly string[] =>
  visible === 'all' ? to : to.filter((id) => visible.includes(id))
