import { type RawBuilder, sql } from 'kysely'
import type { Visible } from '../../core/access/access.ts'
import type { PointerFilter, WordsQuery } from '../../core/ports/index.ts'
import { termsOf } from '../../core/search/rank-words.ts'
import type { Database } from './database.ts'
import { foldName } from './dialects/functions.ts'
import { beginning, exactly, matchOf, scopeOf } from './match.ts'
import { pointerRows } from './pointers.ts'

const MOST_CANDIDATES = 500
/** Below this, too little of the query or of the name is the same. */
const LEAST_SCORE = 0.5

/** See `Passages.names`. */
export async function findNames(
  db: Database,
  query: WordsQuery,
  { visible, filter, limit }: { visible: Visible; filter: PointerFilter; limit: number },
): Promise<string[]> {
  const scope = await scopeOf(db, visible, filter)
  const terms = termsOf([...query.phrases, ...query.terms])
  const none = termsOf(query.excluded).map(exactly)
  if (!scope || terms.length === 0) return []
  const wishes = query.exact
    ? [{ all: terms.map(exactly), none }]
    : [
        { all: terms.map(beginning), none },
        { any: terms.map(beginning), none },
      ]
  const found = new Map<string, number>()
  for (const wish of wishes.slice(0, terms.length)) {
    if (found.size >= limit) break
    const passes = passing(db, visible, filter)
    for (const { id, name, folder } of await candidates(db, matchOf(wish, scope), passes)) {
      found.set(id, scoreOf(terms, foldName(name, folder), foldName(name, '').length))
    }
  }
  return [...found]
    .filter(([, score]) => score >= LEAST_SCORE)
    .sort(([idA, a], [idB, b]) => b - a || (idA < idB ? 1 : -1))
    .slice(0, limit)
    .map(([id]) => id)
}

async function candidates(db: Database, match: string | undefined, passes: RawBuilder<boolean>) {
  const { rows } = await sql<{ id: string; name: string; folder: string }>`
    select t.id, t.name, t.folder
    from (select rowid as id from names_fts where names_fts match ${match} order by rowid desc) f
    cross join document_names n on n.id = f.id
    cross join documents t on t.id = n.document_id
    where ${passes}
    limit ${MOST_CANDIDATES}`.execute(db.read)
  return rows
}

/** Whether the document is current, released, in sight, and passes the filter. */
const passing = (db: Database, visible: Visible, filter: PointerFilter) =>
  sql<boolean>`exists ${pointerRows(db.read, visible, filter)
    .select(sql`1`.as('one'))
    .where(sql<boolean>`d.id = n.document_id`)}`

/** Share of the query that is in the name or folder; more of the name's own words break ties. */
function scoreOf(terms: string[][], words: string[], ownWords: number): number {
  const asked = terms.flat()
  let matched = 0
  for (const each of asked) {
    if (words.includes(each)) matched += 1
    else if (words.some((word) => word.startsWith(each))) matched += 0.75
  }
  return matched / asked.length + 0.1 * Math.min(1, matched / Math.max(1, ownWords))
}
