import { type Kysely, sql } from 'kysely'
import type { Visible } from '../../core/access/access.ts'
import type { Digest } from '../../core/digest.ts'
import type { Pointer, PointerFilter } from '../../core/ports/index.ts'
import type { Schema } from './schema.ts'
import { isTold } from './told.ts'

/** Current, untrashed, linked documents that the caller sees and that pass the filter. */
export function pointerRows(db: Kysely<Schema>, visible: Visible, filter: PointerFilter) {
  let query = db
    .selectFrom('documents as d')
    .innerJoin('versions as v', (join) =>
      join.onRef('v.document_id', '=', 'd.id').onRef('v.id', '=', 'd.current_version_id'),
    )
    .innerJoin('blobs as b', 'b.id', 'v.blob_id')
    .innerJoin('chapters as c', 'c.id', 'd.chapter_id')
    .innerJoin('books as k', 'k.id', 'c.book_id')
    .where('d.trashed_at', 'is', null)
    .where('v.linked_at', 'is not', null)
  if (visible !== 'all') query = query.where(isAmong('d.chapter_id', visible))
  if (filter.chapterIds) query = query.where(isAmong('d.chapter_id', filter.chapterIds))
  if (filter.bookIds) query = query.where(isAmong('c.book_id', filter.bookIds))
  if (filter.kinds) query = query.where(isAmong('b.kind', filter.kinds))
  if (filter.from !== undefined) query = query.where('d.updated_at', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('d.updated_at', '<', filter.to)
  return query
}

/** `<column> in (values)`, however many: they travel as one JSON parameter. */
export const isIn = (column: string, values: readonly string[]) =>
  sql<boolean>`${sql.ref(column)} in (select value from json_each(${JSON.stringify(values)}))`

/**
 * The same as a check of rows that something else has chosen. The plus keeps SQLite from beginning
 * here: it would read all documents in sight to find a few.
 */
const isAmong = (column: string, values: readonly string[]) =>
  sql<boolean>`+${sql.ref(column)} in (select value from json_each(${JSON.stringify(values)}))`

/** Whether there is a picture of version `v` with the content `b`, and it may be told. */
export const hasPreview = sql<number>`
  exists (select 1 from derivations p
    where p.digest = b.digest and p.step = 'preview' and p.state = 'done'
      and p.blob_id is not null and ${isTold('preview')})`

/** Newest first, as a page would show them. */
export async function pointersWhere(query: ReturnType<typeof pointerRows>): Promise<Pointer[]> {
  const rows = await query
    .select(['d.id as documentId', 'v.id as versionId', 'd.name', 'd.folder', 'b.digest', 'b.kind'])
    .select(['c.id as chapterId', 'c.name as chapterName', 'k.id as bookId', 'k.name as bookName'])
    .select(['b.media_type as mediaType', 'd.updated_at as updatedAt'])
    .select(hasPreview.as('hasPreview'))
    .orderBy('d.updated_at', 'desc')
    .orderBy('d.id')
    .execute()
  return rows.map((row) => ({
    ...row,
    digest: row.digest as Digest,
    hasPreview: row.hasPreview === 1,
  }))
}
