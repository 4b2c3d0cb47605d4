import type { Leaving, LeavingUse } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { isIn } from './pointers.ts'
import { writeAudit } from './record.ts'

/** The switch of the books, asked each time: what was allowed a minute ago may not be now. */
export const sqlLeaving = (db: Database): Leaving => ({
  async pointer(digest, bookId) {
    const row = await db.read
      .selectFrom('blobs as b')
      .innerJoin('versions as v', 'v.blob_id', 'b.id')
      .innerJoin('documents as d', (join) =>
        join.onRef('d.id', '=', 'v.document_id').onRef('d.current_version_id', '=', 'v.id'),
      )
      .innerJoin('chapters as c', 'c.id', 'd.chapter_id')
      .innerJoin('books as k', 'k.id', 'c.book_id')
      .select(['d.id as documentId', 'k.id as bookId', 'v.created_by as userId'])
      .where('b.digest', '=', digest)
      .$if(bookId !== undefined, (query) => query.where('k.id', '=', bookId as string))
      .where('k.may_leave', '=', 1)
      .where('d.trashed_at', 'is', null)
      .orderBy('v.created_at')
      .limit(1)
      .executeTakeFirst()
    return row
  },

  async isAllowed(bookIds) {
    const { books, allowed } = await db.read
      .selectFrom('books')
      .select((eb) => [
        eb.fn.countAll<number>().as('books'),
        eb.fn.countAll<number>().filterWhere('may_leave', '=', 1).as('allowed'),
      ])
      .$if(bookIds !== 'all', (query) => query.where(isIn('id', bookIds as readonly string[])))
      .executeTakeFirstOrThrow()
    return books > 0 && books === allowed
  },

  record: (use) => db.write((tx) => writeUse(tx, use, { action: 'content.left' })),

  recordRemains: (use, reason) =>
    db.write((tx) => writeUse(tx, use, { action: 'content.remains', reason })),
})

const writeUse = (
  tx: Tx,
  { at, traceId, userId, documentId, bookId, ...rest }: LeavingUse,
  { action, reason }: { action: 'content.left' | 'content.remains'; reason?: string },
) =>
  writeAudit(tx, {
    at,
    action,
    subject: documentId ? `document:${documentId}` : 'box',
    detail: { ...rest, ...(bookId && { book: bookId }), ...(reason && { reason }) },
    traceId,
    ...(userId && { userId }),
  })
