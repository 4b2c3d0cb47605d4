import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Visible } from '../../core/access/access.ts'
import type { DocumentRow, ListQuery } from '../../core/ports/index.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { readDocuments } from './library-rows.ts'
import type { Schema } from './schema.ts'
import { isVisible } from './visible.ts'

/** What rows are sorted by. Folding is SQLite's: letters beyond ASCII sort after z. */
const KEYS: Record<ListQuery['sort'], RawBuilder<string | number>> = {
  name: sql`lower(d.name)`,
  updated: sql`d.updated_at`,
  size: sql`w.size_bytes`,
}

/** One page by keyset: the page's ids come from an index, details are read for those rows alone. */
export async function listPage(
  db: Kysely<Schema>,
  visible: Visible,
  query: ListQuery,
): Promise<{ items: DocumentRow[]; nextCursor?: string }> {
  const direction = query.descending ? sql`desc` : sql`asc`
  const key = KEYS[query.sort]
  const rows = await readDocuments(
    db,
    sql`select d.id, ${key} from documents d ${sizeSource(query.sort)}
      where ${sql.join(conditions(visible, query), sql` and `)}
      order by ${key} ${direction}, d.id ${direction}
      limit ${query.limit + 1}`,
    sql`order by page.page_key ${direction}, page.page_id ${direction}`,
  )
  const items = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? items.at(-1) : undefined
  return {
    items: items.map((row) => row.document),
    ...(last && {
      nextCursor: encodeCursor({ order: query.sort, key: last.key, id: last.document.id }),
    }),
  }
}

const sizeSource = (order: ListQuery['sort']) =>
  order === 'size' ? sql`join versions w on w.id = d.current_version_id` : sql``

function conditions(visible: Visible, query: ListQuery): RawBuilder<unknown>[] {
  return [
    query.trashed ? sql`d.trashed_at is not null` : sql`d.trashed_at is null`,
    ...place(visible, query),
    ...(query.folder === undefined ? [] : [sql`d.folder = ${query.folder}`]),
    ...(query.nameContains ? [sql`d.name glob ${containing(query.nameContains)}`] : []),
    ...(query.cursor ? [after(query, query.cursor)] : []),
  ]
}

/** The box's administrator lists by the chapters too: every index here begins with the chapter. */
function place(visible: Visible, query: ListQuery): RawBuilder<unknown>[] {
  const chapter = query.chapterId ? [sql`d.chapter_id = ${query.chapterId}`] : []
  if (visible !== 'all') return [...chapter, isVisible('d.chapter_id', visible)]
  return chapter.length ? chapter : [sql`d.chapter_id in (select id from chapters)`]
}

function after(query: ListQuery, cursor: string): RawBuilder<unknown> {
  const { key, id } = decodeCursor(cursor, query.sort)
  const order = KEYS[query.sort]
  // Said twice: the planner starts inside the index by the plain comparison of an expression only.
  return query.descending
    ? sql`${order} <= ${key} and (${order}, d.id) < (${key}, ${id})`
    : sql`${order} >= ${key} and (${order}, d.id) > (${key}, ${id})`
}

/** A GLOB that finds `part` in any case: SQLite's own folding knows ASCII letters only. */
function containing(part: string): string {
  const letters = [...part.normalize('NFC')].map((letter) => {
    const lower = letter.toLowerCase()
    const upper = letter.toUpperCase()
    if (lower === upper) return '*?['.includes(letter) ? `[${letter}]` : letter
    return `[${lower}${upper}]`
  })
  return `*${letters.join('')}*`
}

/** Folders right below `folder`, from the documents in them: a folder without documents is none. */
export async function listFolders(
  db: Kysely<Schema>,
  visible: Visible,
  { chapterId, folder }: { chapterId: string; folder: string },
): Promise<{ name: string; path: string; documentCount: number }[]> {
  const prefix = folder && `${folder}/`
  const isBelow = prefix
    ? // `0` follows `/`: everything that begins with the prefix, as a range of the index
      sql`folder >= ${prefix} and folder < ${`${folder}0`}`
    : sql`folder > ''`
  const { rows } = await sql<{ name: string; documents: number }>`
    select case instr(rest, '/') when 0 then rest else substr(rest, 1, instr(rest, '/') - 1) end
        as name,
      count(*) as documents
    from (
      select substr(folder, ${[...prefix].length + 1}) as rest from documents
      where chapter_id = ${chapterId} and trashed_at is null
        and ${isBelow} and ${isVisible('chapter_id', visible)}
    )
    group by name
    order by lower(name), name`.execute(db)
  return rows.map((row) => ({
    name: row.name,
    path: prefix + row.name,
    documentCount: row.documents,
  }))
}
