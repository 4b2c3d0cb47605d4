import { type RawBuilder, sql } from 'kysely'
import type { Visible } from '../../core/access/access.ts'
import type { ChunkKey, PointerFilter, WordsQuery } from '../../core/ports/index.ts'
import { type RankedTerm, rankWords, termsOf } from '../../core/search/rank-words.ts'
import type { Database } from './database.ts'
import { beginning, exactly, matchOf, scopeOf, type Wish } from './match.ts'
import { pointerRows } from './pointers.ts'

/** Of more matches than this, the newest are ranked. Reading one costs about 15 µs. */
const MOST_CANDIDATES = 600
/** A page of what holds all the words: what holds less of them would only be in the way. */
const ENOUGH = 20
/** Words held by more chunks than this are all equally common. */
const MOST_COUNTED = 20_000

interface Candidate extends ChunkKey {
  id: number
  text: string
}

/** See `Passages.words`. */
export async function findWords(
  db: Database,
  query: WordsQuery,
  { visible, filter, limit }: { visible: Visible; filter: PointerFilter; limit: number },
): Promise<ChunkKey[]> {
  const scope = await scopeOf(db, visible, filter)
  if (!scope) return []
  const terms = termsOf(query.terms)
  const phrases = termsOf(query.phrases)
  const none = termsOf(query.excluded).map(exactly)
  const must = phrases.map(exactly)
  const ranked = await Promise.all(
    [...phrases, ...terms].map(async (words) => ({
      words,
      holders: await countHolders(db, matchOf({ all: [exactly(words)] }, scope)),
    })),
  )
  const passes = hasFilter(filter) ? passing(db, visible, filter) : sql<boolean>`true`
  const search = { db, scope, passes }

  const found = new Map<number, Candidate>()
  const add = (candidates: Candidate[], least?: number) => {
    const fresh = candidates.filter(({ id }) => !found.has(id))
    for (const each of rankWords(fresh, ranked, least)) found.set(each.id, each)
  }
  add(await candidates(search, { all: [...must, ...terms.map(exactly)], none }))
  if (!query.exact && found.size < ENOUGH && terms.length > 0) {
    add(await candidates(search, { all: [...must, ...terms.map(beginning)], none }))
  }
  if (!query.exact && found.size < ENOUGH && terms.length > 1) {
    add(await someOf(search, ranked.slice(phrases.length), { all: must, none }), leastOf(ranked))
  }
  return [...found.values()].slice(0, limit).map(({ digest, ordinal }) => ({ digest, ordinal }))
}

/** Of many terms a third must be there: otherwise a long question finds everything. */
const leastOf = (terms: readonly unknown[]): number => Math.ceil(terms.length / 3)

/** Candidates for any of the terms, the rarest having its share first. */
async function someOf(
  search: Search,
  terms: readonly RankedTerm[],
  rest: Wish,
): Promise<Candidate[]> {
  const found = new Map<number, Candidate>()
  const share = Math.ceil(MOST_CANDIDATES / terms.length)
  for (const { words } of terms.toSorted((a, b) => a.holders - b.holders)) {
    const wish = { ...rest, all: [...(rest.all ?? []), beginning(words)] }
    for (const each of await candidates(search, wish, share)) found.set(each.id, each)
  }
  return [...found.values()]
}

interface Search {
  db: Database
  scope: string
  /** Whether a chunk's content has a pointer that passes the filter. */
  passes: RawBuilder<boolean>
}

async function candidates(
  { db, scope, passes }: Search,
  wish: Wish,
  most = MOST_CANDIDATES,
): Promise<Candidate[]> {
  const match = matchOf(wish, scope)
  if (!match) return []
  const { rows } = await sql<Candidate>`
    select p.id, p.digest, p.ordinal, p.text
    from (select rowid as id from chunks_fts where chunks_fts match ${match} order by rowid desc) f
    cross join chunks p on p.id = f.id
    where ${passes}
    limit ${most}`.execute(db.read)
  return rows
}

async function countHolders(db: Database, match: string | undefined): Promise<number> {
  const { rows } = await sql<{ holders: number }>`
    select count(*) as holders
    from (select rowid from chunks_fts where chunks_fts match ${match} limit ${MOST_COUNTED})
    `.execute(db.read)
  return rows[0]?.holders ?? 0
}

const hasFilter = ({ kinds, from, to }: PointerFilter): boolean =>
  kinds !== undefined || from !== undefined || to !== undefined

const passing = (db: Database, visible: Visible, filter: PointerFilter) =>
  sql<boolean>`exists ${pointerRows(db.read, visible, filter)
    .select(sql`1`.as('one'))
    .where(sql<boolean>`b.digest = p.digest`)}`
