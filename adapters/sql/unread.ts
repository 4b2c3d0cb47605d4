import { type RawBuilder, sql } from 'kysely'
import type { FilesOf, Unread } from '../../core/ports/index.ts'
import type { Database } from './database.ts'
import { beside, isTold, missing } from './told.ts'
import { isVisible } from './visible.ts'

/** Whether something of a version's content was not read, as those may know who see it. */
const isUnread = sql`exists (
  select 1 from derivations x
  where x.digest = b.digest and x.step not in (${beside})
    and (x.state in ('failed', 'partial') or x.state = 'skipped' and x.reason in (${missing}))
    and ${isTold(sql`x.step`)})`

/** What became of many files at once, in the catalog. */
export const sqlUnread = (db: Database): Unread => ({
  async page(visible, of, { limit, cursor = '' }) {
    const files = sql`
      ${documentsOf(of)}
      join versions v on v.id = d.current_version_id
      join blobs b on b.id = v.blob_id
      where d.trashed_at is null and ${isVisible('d.chapter_id', visible)}`
    const { rows: counts } = await sql<{ files: number; waiting: number; unread: number }>`
      select count(*) as files, coalesce(sum(v.linked_at is null), 0) as waiting,
        coalesce(sum(${isUnread}), 0) as unread
      ${files}`.execute(db.read)
    const { rows } = await sql<{ documentId: string; versionId: string }>`
      select d.id as documentId, v.id as versionId
      ${files} and d.id > ${cursor} and ${isUnread}
      order by d.id limit ${limit + 1}`.execute(db.read)
    const items = rows.slice(0, limit)
    const last = items.at(-1)
    return {
      ...(counts[0] ?? { files: 0, waiting: 0, unread: 0 }),
      items,
      ...(rows.length > limit && last && { nextCursor: last.documentId }),
    }
  },
})

function documentsOf(of: FilesOf): RawBuilder<unknown> {
  if ('chapterId' in of) {
    return sql`from (select * from documents where chapter_id = ${of.chapterId}) d`
  }
  const ids =
    'traceId' in of
      ? sql`select document_id from versions where trace_id = ${of.traceId}`
      : sql`select document_id from share_entries where share_id = ${of.shareId}`
  return sql`from (select * from documents where id in (${ids})) d`
}
