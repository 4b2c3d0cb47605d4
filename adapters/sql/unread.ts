import { setImmediate } from 'node:timers/promises'
import { type RawBuilder, sql } from 'kysely'
import type { Visible } from '../../core/access/access.ts'
import type { FilesOf, MissingWork, Unread, UnreadPage } from '../../core/ports/index.ts'
import type { Database } from './database.ts'
import { beside, isTold, missing } from './told.ts'
import { isVisible } from './visible.ts'

/** Documents of one statement: few, as nothing else runs in this process meanwhile. */
const SLICE = 500

/**
 * Whether something of a version's content was not read, as those may know who see it. The states as
 * in the index `derivations_unread`.
 */
const isUnread = sql`exists (
  select 1 from derivations x
  where x.digest = b.digest and x.state in ('failed', 'partial', 'skipped')
    and x.step not in (${beside})
    and (x.state <> 'skipped' or x.reason in (${missing}))
    and ${isTold(sql`x.step`)})`

/**
 * What became of many files at once, in the catalog. A share may have a million: they are counted a
 * slice at a time, in the order of their ids, and others have their turn in between. What changes
 * meanwhile may be counted or not.
 */
export const sqlUnread = (db: Database): Unread => ({
  async page(visible, of, { limit, cursor = '' }) {
    const all = { files: 0, waiting: 0, unread: 0 }
    const rows: UnreadPage['items'] = []
    for (let after: string | null = ''; after !== null; ) {
      const slice: Slice = { visible, of, after }
      const { last, ...counts } = await count(db, slice)
      all.files += counts.files
      all.waiting += counts.waiting
      all.unread += counts.unread
      if (counts.unread > 0 && rows.length <= limit && last !== null && last > cursor) {
        rows.push(...(await list(db, slice, { cursor, limit: limit + 1 - rows.length })))
      }
      after = last
      await setImmediate()
    }
    const items = rows.slice(0, limit)
    const end = items.at(-1)
    return { ...all, items, ...(rows.length > limit && end && { nextCursor: end.documentId }) }
  },

  async missing() {
    const { rows } = await sql<MissingWork>`
      select x.step, x.reason, count(*) as contents
      from derivations x join blobs b on b.digest = x.digest
      where x.state in ('failed', 'partial', 'skipped') and x.reason in (${missing})
        and b.state = 'live'
        and exists (select 1 from versions v where v.blob_id = b.id)
        and not exists (select 1 from jobs k
          where k.digest = x.digest and k.step = x.step and k.state in ('queued', 'running'))
      group by x.step, x.reason
      order by x.step, x.reason`.execute(db.read)
    return rows
  },
})

interface Slice {
  visible: Visible
  of: FilesOf
  /** Documents whose ids come after. */
  after: string
}

interface Counted extends Pick<UnreadPage, 'files' | 'waiting' | 'unread'> {
  /** The id that ends the slice, seen or not; null behind the last. */
  last: string | null
}

async function count(db: Database, slice: Slice): Promise<Counted> {
  const { rows } = await sql<Counted>`
    ${sliceOf(slice)}
    select (select max(id) from slice) as last, count(*) as files,
      coalesce(sum(v.linked_at is null), 0) as waiting, coalesce(sum(${isUnread}), 0) as unread
    ${filesIn(slice)}`.execute(db.read)
  return rows[0] ?? { last: null, files: 0, waiting: 0, unread: 0 }
}

async function list(
  db: Database,
  slice: Slice,
  { cursor, limit }: { cursor: string; limit: number },
): Promise<UnreadPage['items']> {
  const { rows } = await sql<UnreadPage['items'][number]>`
    ${sliceOf(slice)}
    select d.id as documentId, v.id as versionId
    ${filesIn(slice)} and d.id > ${cursor} and ${isUnread}
    order by d.id limit ${limit}`.execute(db.read)
  return rows
}

/** Rights as a word of truth: no index is looked into once for each visible chapter. */
const filesIn = ({ visible }: Slice) => sql`
  from slice
  cross join documents d on d.id = slice.id
  cross join versions v on v.id = d.current_version_id
  cross join blobs b on b.id = v.blob_id
  where d.trashed_at is null and (${isVisible('d.chapter_id', visible)}) is true`

const sliceOf = ({ of, after }: Slice) => sql`
  with slice as materialized (
    select distinct ${idsOf(of)} > ${after} order by id limit ${SLICE})`

/** The ids of documents, and the column of them that is compared. */
function idsOf(of: FilesOf): RawBuilder<unknown> {
  if ('chapterId' in of) {
    return sql`id from documents
      where trashed_at is null and chapter_id = ${of.chapterId} and id`
  }
  if ('traceId' in of) {
    return sql`document_id as id from versions where trace_id = ${of.traceId} and document_id`
  }
  return sql`document_id as id from share_entries
    where share_id = ${of.shareId} and document_id`
}
