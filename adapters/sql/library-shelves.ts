import { type Insertable, type Selectable, sql } from 'kysely'
import { type Shelves, shelvesOf } from '../../core/access/shelves.ts'
import { AppError, hasSystemCode, notFound } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import type { Book, Chapter } from '../../core/model/library.ts'
import type { TypeRule } from '../../core/model/type-rule.ts'
import type { Act, Library } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { auditAct } from './library-audit.ts'
import { prepared } from './prepared.ts'
import { revisionsOf } from './revisions.ts'
import type { Schema } from './schema.ts'
import { isVisible } from './visible.ts'

type OfShelves = Pick<
  Library,
  | 'createBook'
  | 'renameBook'
  | 'setTypeRule'
  | 'setMayLeave'
  | 'removeBook'
  | 'createChapter'
  | 'renameChapter'
  | 'setConflictAnswer'
  | 'rulesOf'
  | 'removeChapter'
  | 'shelves'
  | 'counts'
>

/**
 * Books and their chapters. Names are unique without case: a book's in the box, a chapter's in
 * its book.
 */
export const libraryShelves = (db: Database): OfShelves => ({
  createBook: (book, ownerId, by) =>
    db.write(async (tx) => {
      await unlessTaken(book.name, () => tx.insertInto('books').values(bookRow(book)).execute())
      if (ownerId) await own(tx, book, ownerId)
      await auditAct(tx, by, 'book.create', `book:${book.id}`, { name: book.name })
      return book
    }),

  renameBook: (id, name, by) =>
    db.write(async (tx) => {
      const change = { name, name_key: keyOf(name) }
      await auditAct(tx, by, 'book.rename', `book:${id}`, { name })
      const done = await unlessTaken(name, () =>
        tx.updateTable('books').set(change).where('id', '=', id).executeTakeFirst(),
      )
      if (done.numUpdatedRows === 0n) throw notFound()
    }),

  setTypeRule: (id, rule, by) =>
    db.write(async (tx) => {
      const type_rule = rule ? JSON.stringify(rule) : null
      const done = await tx
        .updateTable('books')
        .set({ type_rule })
        .where('id', '=', id)
        .executeTakeFirst()
      if (done.numUpdatedRows === 0n) throw notFound()
      await auditAct(tx, by, 'book.types', `book:${id}`, { rule: rule ?? null })
    }),

  setMayLeave: (id, mayLeave, by) =>
    db.write(async (tx) => {
      const done = await tx
        .updateTable('books')
        .set({ may_leave: mayLeave ? 1 : 0 })
        .where('id', '=', id)
        .executeTakeFirst()
      if (done.numUpdatedRows === 0n) throw notFound()
      await auditAct(tx, by, 'book.may_leave', `book:${id}`, { may_leave: mayLeave })
    }),

  removeBook: (id, by) =>
    db.write(async (tx) => {
      await auditAct(tx, by, 'book.remove', `book:${id}`)
      const done = await whenEmpty('This book still has chapters. Remove them first.', () =>
        tx.deleteFrom('books').where('id', '=', id).executeTakeFirst(),
      )
      if (done.numDeletedRows === 0n) throw notFound()
    }),

  createChapter: (chapter, by) =>
    db.write(async (tx) => {
      await unlessTaken(chapter.name, () =>
        tx.insertInto('chapters').values(chapterRow(chapter)).execute(),
      )
      await auditAct(tx, by, 'chapter.create', `chapter:${chapter.id}`, {
        book: chapter.bookId,
        name: chapter.name,
      })
      return chapter
    }),

  renameChapter: (id, name, by) =>
    db.write(async (tx) => {
      const change = { name, name_key: keyOf(name) }
      await auditAct(tx, by, 'chapter.rename', `chapter:${id}`, { name })
      const done = await unlessTaken(name, () =>
        tx.updateTable('chapters').set(change).where('id', '=', id).executeTakeFirst(),
      )
      if (done.numUpdatedRows === 0n) throw notFound()
    }),

  setConflictAnswer: (id, answer, by) =>
    db.write(async (tx) => {
      const done = await tx
        .updateTable('chapters')
        .set({ on_conflict: answer ?? null })
        .where('id', '=', id)
        .executeTakeFirst()
      if (done.numUpdatedRows === 0n) throw notFound()
      await auditAct(tx, by, 'chapter.on_conflict', `chapter:${id}`, { answer: answer ?? null })
    }),

  async rulesOf(chapterId) {
    const row = await rulesIn.first(db.read, { chapterId })
    if (!row) return {}
    return {
      ...(row.type_rule !== null && { typeRule: JSON.parse(row.type_rule) as TypeRule }),
      ...(row.on_conflict !== null && { onConflict: row.on_conflict }),
    }
  },

  removeChapter: (id, by) => db.write((tx) => removeChapter(tx, id, by)),

  shelves: keptShelves(db),

  async counts(visible) {
    const rows = await db.read
      .selectFrom('documents')
      .select(['chapter_id', sql<number>`count(*)`.as('documents')])
      .where('trashed_at', 'is', null)
      .where(isVisible('chapter_id', visible))
      .groupBy('chapter_id')
      .execute()
    return new Map(rows.map((row) => [row.chapter_id, row.documents]))
  },
})

const rulesIn = prepared((db, given: { chapterId: string }) =>
  db
    .selectFrom('chapters as c')
    .innerJoin('books as b', 'b.id', 'c.book_id')
    .select(['b.type_rule', 'c.on_conflict'])
    .where('c.id', '=', given.chapterId),
)

/** All of them are read again when one of them changed: a box has thousands, and every call asks. */
function keptShelves(db: Database): () => Promise<Shelves> {
  let kept: { revision: number; shelves: Shelves } | undefined
  return async () => {
    const { shelves: revision } = await revisionsOf(db)
    if (kept?.revision === revision) return kept.shelves
    const [books, chapters] = await Promise.all([
      allBooks.run(db.read, {}),
      allChapters.run(db.read, {}),
    ])
    const shelves = shelvesOf(books.rows.map(toBook), chapters.rows.map(toChapter))
    kept = { revision, shelves }
    return shelves
  }
}

const allBooks = prepared((db) => db.selectFrom('books').selectAll().orderBy('name_key'))
const allChapters = prepared((db) => db.selectFrom('chapters').selectAll().orderBy('name_key'))

async function removeChapter(tx: Tx, id: string, by: Act | undefined): Promise<void> {
  const message = 'Something still lies in this chapter or its trash, or a watched share feeds it.'
  await auditAct(tx, by, 'chapter.remove', `chapter:${id}`)
  const done = await whenEmpty(message, () =>
    tx.deleteFrom('chapters').where('id', '=', id).executeTakeFirst(),
  )
  if (done.numDeletedRows === 0n) throw notFound()
}

const own = (tx: Tx, book: Book, ownerId: string) =>
  tx
    .insertInto('grants')
    .values({
      id: newId(book.createdAt),
      book_id: book.id,
      chapter_id: null,
      user_id: ownerId,
      group_id: null,
      role: 'admin',
      created_at: book.createdAt,
    })
    .execute()

/** What two names must differ in: compatibility forms and case do not count. */
const keyOf = (name: string): string => name.normalize('NFKC').toLowerCase()

async function unlessTaken<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (cause) {
    if (hasSystemCode(cause, 'SQLITE_CONSTRAINT_FOREIGNKEY')) throw notFound()
    if (!hasSystemCode(cause, 'SQLITE_CONSTRAINT_UNIQUE')) throw cause
    throw new AppError('conflict', `The name "${name}" is taken.`, { cause, reason: 'NAME_TAKEN' })
  }
}

async function whenEmpty<T>(message: string, remove: () => Promise<T>): Promise<T> {
  try {
    return await remove()
  } catch (cause) {
    // `on delete restrict` reports as a trigger's refusal, a plain reference as a foreign key's
    const isReferenced =
      hasSystemCode(cause, 'SQLITE_CONSTRAINT_TRIGGER') ||
      hasSystemCode(cause, 'SQLITE_CONSTRAINT_FOREIGNKEY')
    if (!isReferenced) throw cause
    throw new AppError('conflict', message, { cause, reason: 'NOT_EMPTY' })
  }
}

const bookRow = (book: Book): Insertable<Schema['books']> => ({
  id: book.id,
  name: book.name,
  name_key: keyOf(book.name),
  created_at: book.createdAt,
})

const chapterRow = (chapter: Chapter): Insertable<Schema['chapters']> => ({
  id: chapter.id,
  book_id: chapter.bookId,
  name: chapter.name,
  name_key: keyOf(chapter.name),
  created_at: chapter.createdAt,
})

const toBook = (row: Selectable<Schema['books']>): Book => ({
  id: row.id,
  name: row.name,
  ...(row.may_leave === 1 && { mayLeave: true }),
  ...(row.type_rule !== null && { typeRule: JSON.parse(row.type_rule) as TypeRule }),
  createdAt: row.created_at,
})

const toChapter = (row: Selectable<Schema['chapters']>): Chapter => ({
  id: row.id,
  bookId: row.book_id,
  name: row.name,
  ...(row.on_conflict !== null && { onConflict: row.on_conflict }),
  createdAt: row.created_at,
})
