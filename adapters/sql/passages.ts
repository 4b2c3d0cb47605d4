import { sql } from 'kysely'
import type { Digest } from '../../core/digest.ts'
import type { Chunk, Locator } from '../../core/model/locator.ts'
import type { Passages } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { ANYWHERE, scopeToken } from './dialects/functions.ts'
import { findNames } from './passages-names.ts'
import { findWords } from './passages-words.ts'
import { isIn, pointerRows, pointersWhere } from './pointers.ts'
import { forgetTextVectors } from './space-contents.ts'
import { isTold } from './told.ts'
import { isVisible } from './visible.ts'

/**
 * Chunks, and the words index over them: FTS5 without content of its own, each row with the places
 * it may be found in, so that rights are part of the index query (measured on 200,000 chunks: 0.4 ms
 * for a common word in 1 % of them, against 50 to 110 ms by joining the rights to each row).
 */
export const sqlPassages = (db: Database): Passages => ({
  replace: (digest, chunks) =>
    db.write(async (tx) => {
      await tx.deleteFrom('chunks').where('digest', '=', digest).execute()
      await forgetTextVectors(tx, digest)
      for (const { ordinal, text, locator } of chunks) {
        const row = { digest, ordinal, text, locator: JSON.stringify(locator) }
        await tx.insertInto('chunks').values(row).execute()
      }
      await writeScope(tx, digest, await placesOfOne(tx, digest))
    }),

  async of(digest) {
    const rows = await db.read
      .selectFrom('chunks')
      .select(['ordinal', 'text', 'locator'])
      .where('digest', '=', digest)
      .orderBy('ordinal')
      .execute()
    return rows.map(toChunk)
  },

  async get(keys) {
    const { rows } = await sql<{
      digest: Digest
      ordinal: number
      text: string
      locator: string
    }>`
      select p.digest, p.ordinal, p.text, p.locator
      from json_each(${JSON.stringify(keys)}) k
      cross join chunks p
        on p.digest = k.value ->> 'digest' and p.ordinal = k.value ->> 'ordinal'
      order by k.key`.execute(db.read)
    return rows.map((row) => ({ ...toChunk(row), digest: row.digest }))
  },

  words: (query, visible, filter, limit) => findWords(db, query, { visible, filter, limit }),
  names: (query, visible, filter, limit) => findNames(db, query, { visible, filter, limit }),

  pointers(digests, visible, filter, told) {
    const rows = pointerRows(db.read, visible, filter).where(isIn('b.digest', digests))
    return pointersWhere(told === undefined ? rows : rows.where(isTold(told)))
  },

  pointersOf: (documentIds, visible, filter) =>
    pointersWhere(pointerRows(db.read, visible, filter).where(isIn('d.id', documentIds))),

  placesOf: (digest) => placesOfOne(db.read, digest),

  rescope: (digest) =>
    db.write(async (tx) => {
      const places = await placesOfOne(tx, digest)
      const known = await tx
        .selectFrom('scopes')
        .select('tokens')
        .where('digest', '=', digest)
        .executeTakeFirst()
      if (known?.tokens !== tokensOf(places)) await writeScope(tx, digest, places)
      return places
    }),

  async outdated(after, limit) {
    const rows = await db.read
      .selectFrom('scopes')
      .selectAll()
      .where('digest', '>', after)
      .orderBy('digest')
      .limit(limit)
      .execute()
    const last = rows.length === limit ? rows.at(-1)?.digest : undefined
    const places = await placesOf(
      db.read,
      rows.map((row) => row.digest),
    )
    const digests = rows
      .filter(({ digest, tokens }) => tokens !== tokensOf(places.get(digest) ?? []))
      .map((row) => row.digest as Digest)
    return { digests, ...(last !== undefined && { last }) }
  },

  async pending(visible) {
    // From the versions that wait, which are few, to their documents: in this order.
    const { rows } = await sql<{ waiting: number }>`
      select count(*) as waiting
      from versions v
      cross join documents d on d.id = v.document_id and d.current_version_id = v.id
      where v.linked_at is null and d.trashed_at is null and ${isVisible('d.chapter_id', visible)}
      `.execute(db.read)
    return rows[0]?.waiting ?? 0
  },
})

const toChunk = (row: { ordinal: number; text: string; locator: string }): Chunk => ({
  ordinal: row.ordinal,
  text: row.text,
  locator: JSON.parse(row.locator) as Locator,
})

/** Chapters and their books, sorted, by content; one query for many contents. */
async function placesOf(
  db: Database['read'] | Tx,
  digests: readonly string[],
): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ digest: string; place: string }>`
    with held as materialized (
      select distinct b.digest, d.chapter_id
      from json_each(${JSON.stringify(digests)}) k
      cross join blobs b on b.digest = k.value
      cross join versions v on v.blob_id = b.id
      cross join documents d on d.id = v.document_id and d.current_version_id = v.id
      where d.trashed_at is null and (v.linked_at is not null or ${isTold('chunk')}))
    select digest, chapter_id as place from held
    union
    select h.digest, c.book_id from held h join chapters c on c.id = h.chapter_id
    order by place`.execute(db)
  const places = new Map<string, string[]>(digests.map((digest) => [digest, []]))
  for (const { digest, place } of rows) places.get(digest)?.push(place)
  return places
}

const placesOfOne = async (db: Database['read'] | Tx, digest: Digest): Promise<string[]> =>
  (await placesOf(db, [digest])).get(digest) ?? []

const tokensOf = (places: readonly string[]): string =>
  places.length === 0 ? '' : [ANYWHERE, ...places.map(scopeToken)].join(' ')

/** Writes the index rows of a content anew; without content of its own, FTS5 cannot change them. */
async function writeScope(tx: Tx, digest: Digest, places: readonly string[]): Promise<void> {
  const tokens = tokensOf(places)
  await sql`delete from chunks_fts
    where rowid in (select id from chunks where digest = ${digest})`.execute(tx)
  await sql`insert into chunks_fts (rowid, words, scope)
    select id, fold_words(text), ${tokens} from chunks where digest = ${digest}`.execute(tx)
  await sql`insert into scopes (digest, tokens)
    select ${digest}, ${tokens} where exists (select 1 from chunks where digest = ${digest})
      or exists (select 1 from space_vectors where digest = ${digest})
    on conflict (digest) do update set tokens = excluded.tokens`.execute(tx)
}
