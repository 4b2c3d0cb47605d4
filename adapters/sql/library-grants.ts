import { type Insertable, type RawBuilder, type Selectable, sql } from 'kysely'
import type { Right } from '../../core/access/standing.ts'
import { hasSystemCode, notFound } from '../../core/errors.ts'
import type { Role } from '../../core/model/actor.ts'
import type { Grant } from '../../core/model/library.ts'
import type { GrantRow, Library } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { auditAct } from './library-audit.ts'
import { prepared } from './prepared.ts'
import { revisionsOf } from './revisions.ts'
import type { Schema } from './schema.ts'

type Grants = Pick<
  Library,
  'rightsOf' | 'rightsWithin' | 'grantsOn' | 'grant' | 'putGrant' | 'removeGrant'
>
type Row = Selectable<Schema['grants']>

/** Who may do what in which book or chapter. */
export const libraryGrants = (db: Database): Grants => ({
  rightsOf: keptRights(db),

  async rightsWithin(bookId) {
    const { rows } = await rightsWithin.run(db.read, { bookId })
    return rows.map((row) => ({ ...toRight(row), userId: row.user_id }))
  },

  async grantsOn(bookId, chapterId) {
    const rows = await db.read
      .selectFrom('grants as g')
      .leftJoin('users as u', 'u.id', 'g.user_id')
      .leftJoin('groups as e', 'e.id', 'g.group_id')
      .selectAll('g')
      .select((columns) => columns.fn.coalesce('u.display_name', 'e.name').as('subject_name'))
      .where('g.book_id', '=', bookId)
      .where('g.chapter_id', chapterId ? '=' : 'is', chapterId ?? null)
      .orderBy('subject_name')
      .orderBy('g.id')
      .execute()
    return rows.map((row): GrantRow => ({ ...toGrant(row), subjectName: row.subject_name ?? '' }))
  },

  async grant(id) {
    const row = await db.read
      .selectFrom('grants')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    return row && toGrant(row)
  },

  putGrant: (grant, by) =>
    db.write(async (tx) => {
      if (grant.chapterId) await requireChapterOf(tx, grant.chapterId, grant.bookId)
      const stored = toGrant((await strengthenOrWeaken(tx, grant)) ?? (await insert(tx, grant)))
      await auditAct(tx, by, 'grant.put', `book:${grant.bookId}`, { ...stored })
      return stored
    }),

  removeGrant: (id, by) =>
    db.write(async (tx) => {
      const row = await tx
        .deleteFrom('grants')
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst()
      if (!row) return undefined
      const grant = toGrant(row)
      await auditAct(tx, by, 'grant.remove', `book:${grant.bookId}`, { ...grant })
      return grant
    }),
})

/** So many rights are kept, of whoever asked last. */
const MOST_RIGHTS = 100_000
const MOST_PEOPLE = 1_000

/** What somebody may do is read again when anybody's rights changed: every call asks. */
function keptRights(db: Database): (userId: string) => Promise<readonly Right[]> {
  const kept = new Map<string, { revision: number; rights: readonly Right[] }>()
  let count = 0
  const forget = (userId: string) => {
    count -= kept.get(userId)?.rights.length ?? 0
    kept.delete(userId)
  }
  return async (userId) => {
    const { rights: revision } = await revisionsOf(db)
    const before = kept.get(userId)
    if (before?.revision === revision) return before.rights
    const rights = (await rightsOf.run(db.read, { userId })).rows.map(toRight)
    forget(userId)
    kept.set(userId, { revision, rights })
    count += rights.length
    for (const other of kept.keys()) {
      if (count <= MOST_RIGHTS && kept.size <= MOST_PEOPLE) break
      forget(other)
    }
    return rights
  }
}

interface RightRow {
  user_id: string
  id: string
  book_id: string
  chapter_id: string | null
  role: Role
  group_id: string | null
  group_name: string | null
  is_everyone: number
}

/**
 * Rights with the people who have them: by own grants, by those of groups, by those of everyone. What
 * is asked for one person and what is asked for one book is this one statement, narrowed.
 *
 * @param person the condition on the column of the user
 * @param place the condition on the grant `g`
 */
const rights = (person: (column: string) => RawBuilder<boolean>, place: RawBuilder<boolean>) =>
  sql<RightRow>`
    select g.user_id, g.id, g.book_id, g.chapter_id, g.role,
      null as group_id, null as group_name, 0 as is_everyone
      from grants g where g.user_id is not null and ${person('g.user_id')} and ${place}
    union all
    select m.user_id, g.id, g.book_id, g.chapter_id, g.role, e.id, e.name, 0
      from grants g
      join group_members m on m.group_id = g.group_id
      join groups e on e.id = g.group_id
      where ${person('m.user_id')} and ${place}
    union all
    select u.id, g.id, g.book_id, g.chapter_id, g.role, e.id, e.name, 1
      from grants g
      join groups e on e.id = g.group_id and e.is_everyone = 1
      join users u on ${person('u.id')}
      where ${place}`

const rightsOf = prepared((_db, given: { userId: string }) =>
  rights((column) => sql<boolean>`${sql.ref(column)} = ${given.userId}`, sql<boolean>`true`),
)

const rightsWithin = prepared((_db, given: { bookId: string }) =>
  rights(() => sql<boolean>`true`, sql<boolean>`g.book_id = ${given.bookId}`),
)

const toRight = (row: RightRow): Right => ({
  grantId: row.id,
  bookId: row.book_id,
  role: row.role,
  ...(row.chapter_id && { chapterId: row.chapter_id }),
  ...(row.group_id && {
    group: {
      id: row.group_id,
      name: row.group_name ?? '',
      isEveryone: row.is_everyone === 1,
    },
  }),
})

async function requireChapterOf(tx: Tx, chapterId: string, bookId: string): Promise<void> {
  const chapter = await tx
    .selectFrom('chapters')
    .select('id')
    .where('id', '=', chapterId)
    .where('book_id', '=', bookId)
    .executeTakeFirst()
  if (!chapter) throw notFound()
}

/** Gives the grant that this subject has there already its new role. */
const strengthenOrWeaken = (tx: Tx, grant: Grant): Promise<Row | undefined> =>
  tx
    .updateTable('grants')
    .set({ role: grant.role })
    .where('book_id', '=', grant.bookId)
    .where('chapter_id', 'is', grant.chapterId ?? null)
    .where('user_id', 'is', grant.userId ?? null)
    .where('group_id', 'is', grant.groupId ?? null)
    .returningAll()
    .executeTakeFirst()

async function insert(tx: Tx, grant: Grant & { createdAt: number }): Promise<Row> {
  const row: Insertable<Schema['grants']> = {
    id: grant.id,
    book_id: grant.bookId,
    chapter_id: grant.chapterId ?? null,
    user_id: grant.userId ?? null,
    group_id: grant.groupId ?? null,
    role: grant.role,
    created_at: grant.createdAt,
  }
  try {
    return await tx.insertInto('grants').values(row).returningAll().executeTakeFirstOrThrow()
  } catch (cause) {
    if (hasSystemCode(cause, 'SQLITE_CONSTRAINT_FOREIGNKEY')) throw notFound()
    throw cause
  }
}

const toGrant = (row: Row): Grant => ({
  id: row.id,
  bookId: row.book_id,
  role: row.role,
  ...(row.chapter_id && { chapterId: row.chapter_id }),
  ...(row.user_id && { userId: row.user_id }),
  ...(row.group_id && { groupId: row.group_id }),
})
