import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Digest } from '../../core/digest.ts'
import type { Door } from '../../core/model/library.ts'
import type { DocumentRow, Understanding, VersionRow } from '../../core/ports/index.ts'
import { hasPreview } from './pointers.ts'
import type { Schema } from './schema.ts'
import { beside, isItsWork, isTold, missing } from './told.ts'

interface VersionColumns {
  version_id: string
  document_id: string
  number: number
  digest: string
  size_bytes: number
  media_type: string
  kind: string
  path: string
  created_by: string
  created_by_name: string
  version_created_at: number
  door: Door
  trace_id: string
  job_id: string | null
  parent_version_id: string | null
  is_damaged: number
}

interface DocumentColumns extends VersionColumns {
  chapter_id: string
  chapter_name: string
  book_id: string
  book_name: string
  folder: string
  name: string
  created_at: number
  updated_at: number
  trashed_at: number | null
  source_state: 'present' | 'missing' | null
  version_count: number
  has_preview: number
  linked_at: number | null
  open_work: number | null
  result: number | null
  page_key: string | number
}

/** A document as it is read, with the sort key of the page it was read for. */
export interface PageRow {
  document: DocumentRow
  key: string | number
}

/**
 * What is found out about a content is told of a version in its own time, see `told.ts`.
 *
 * A damaged blob is read from the whole copy of the same content, if one came in since: a version
 * keeps its row, but its bytes are the content's.
 */
const VERSION = sql`
  v.id as version_id, v.document_id, v.number, b.digest, v.size_bytes,
  case when ${isTold('probe')} then b.media_type else 'application/octet-stream' end as media_type,
  case when ${isTold('probe')} then b.kind else 'other' end as kind,
  coalesce(whole.path, b.path) as path, v.created_by, u.display_name as created_by_name,
  v.created_at as version_created_at, v.door, v.trace_id,
  v.parent_version_id, (b.state = 'damaged' and whole.id is null) as is_damaged,
  (select j.id from jobs j where j.version_id = v.id order by j.created_at desc limit 1) as job_id`

const VERSION_SOURCE = sql`
  join blobs b on b.id = v.blob_id
  left join blobs whole on whole.digest = b.digest and whole.state = 'live'
  join users u on u.id = v.created_by`

/** Previews are no part of understanding: a file without a picture is read all the same. */
const OPEN_WORK = sql`
  (select max(case k.state when 'dead' then 3 when 'running' then 2 else 1 end)
    from jobs k
    where k.digest = b.digest and k.state in ('blocked', 'queued', 'running', 'dead')
      and k.step not in (${beside}) and (k.version_id = v.id or ${isItsWork}))`

const OF_STEPS = sql`
  (select max(case
      when s.state = 'failed' then 3
      when s.state = 'partial' then 2
      when s.state = 'skipped' and s.step in ('probe', 'extract', 'ocr', 'speech') then
        case
          when not exists (
            select 1 from derivations c where c.digest = s.digest and c.step = 'chunk') then 1
          when s.step in ('ocr', 'speech') and s.reason in (${missing}) then 2
          else 0 end
      else 0 end)
    from derivations s
    where s.digest = b.digest and s.step not in (${beside}))`

/** Where all files of an archive are to be documents and some are not, it is not whole either. */
const RESULT = sql`
  (case when exists (
      select 1 from archive_expansions x where x.version_id = v.id and x.state = 'partial')
    then case when ${OF_STEPS} = 3 then 3 else 2 end
    else ${OF_STEPS} end)`

/** Documents that `page (page_id, page_key)` names, in its order or, for one row, in none. */
export async function readDocuments(
  db: Kysely<Schema>,
  page: RawBuilder<unknown>,
  order: RawBuilder<unknown> = sql``,
): Promise<PageRow[]> {
  const { rows } = await sql<DocumentColumns>`
    with page (page_id, page_key) as materialized (${page})
    select page.page_key, d.chapter_id, c.name as chapter_name, c.book_id, k.name as book_name,
      d.folder, d.name, d.created_at, d.updated_at, d.trashed_at, d.source_state, v.linked_at,
      (select count(*) from versions n where n.document_id = d.id) as version_count,
      ${hasPreview} as has_preview,
      ${OPEN_WORK} as open_work, ${RESULT} as result, ${VERSION}
    from page
    cross join documents d on d.id = page.page_id
    join chapters c on c.id = d.chapter_id
    join books k on k.id = c.book_id
    join versions v on v.id = d.current_version_id
    ${VERSION_SOURCE}
    ${order}`.execute(db)
  return rows.map((row) => ({ document: toDocument(row), key: row.page_key }))
}

/** Versions that pass `condition`, newest first; `d` is the document, `v` the version. */
export async function readVersions(
  db: Kysely<Schema>,
  condition: RawBuilder<unknown>,
): Promise<VersionRow[]> {
  const { rows } = await sql<VersionColumns>`
    select ${VERSION}
    from versions v
    join documents d on d.id = v.document_id
    ${VERSION_SOURCE}
    where ${condition}
    order by v.number desc`.execute(db)
  return rows.map(toVersion)
}

const toVersion = (row: VersionColumns): VersionRow => ({
  id: row.version_id,
  documentId: row.document_id,
  number: row.number,
  digest: row.digest as Digest,
  sizeBytes: row.size_bytes,
  mediaType: row.media_type,
  kind: row.kind,
  path: row.path,
  createdBy: row.created_by,
  createdByName: row.created_by_name,
  createdAt: row.version_created_at,
  door: row.door,
  traceId: row.trace_id,
  ...(row.job_id && { jobId: row.job_id }),
  isDamaged: row.is_damaged === 1,
  ...(row.parent_version_id && { parentVersionId: row.parent_version_id }),
})

const toDocument = (row: DocumentColumns): DocumentRow => ({
  id: row.document_id,
  chapterId: row.chapter_id,
  chapterName: row.chapter_name,
  bookId: row.book_id,
  bookName: row.book_name,
  folder: row.folder,
  name: row.name,
  currentVersionId: row.version_id,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  ...(row.trashed_at !== null && { trashedAt: row.trashed_at }),
  ...(row.source_state !== null && { sourceState: row.source_state }),
  version: toVersion(row),
  versionCount: row.version_count,
  understanding: understandingOf(row),
  hasPreview: row.has_preview === 1,
})

const OPEN: readonly Understanding[] = ['waiting', 'waiting', 'working', 'failed']
const RESULTS: readonly Understanding[] = ['ready', 'no_text', 'partial', 'failed']

/** Open work speaks first: what a retry will change is not the last word. */
function understandingOf(
  row: Pick<DocumentColumns, 'open_work' | 'result' | 'linked_at'>,
): Understanding {
  if (row.open_work !== null) return OPEN[row.open_work] ?? 'waiting'
  if (row.linked_at === null) return 'waiting'
  return RESULTS[row.result ?? 0] ?? 'ready'
}
