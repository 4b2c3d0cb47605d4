import { sql } from 'kysely'
import type { Visible } from '../../core/access/access.ts'
import type { Tag } from '../../core/keys.ts'
import type { Readable } from '../../core/ports/index.ts'
import type { Database } from './database.ts'

/**
 * Findable documents with these contents, newest first. Each chapter in sight is asked by itself, by
 * an index that begins with it: rows of others are not even passed over, so that the time it takes
 * says nothing of them. From those who see all nothing is to be kept.
 */
export async function readableBy(
  db: Database['read'],
  visible: Visible,
  tags: readonly Tag[],
): Promise<(Readable & { tag: Tag })[]> {
  const wanted = sql`json_each(${JSON.stringify(tags)}) t`
  const found =
    visible === 'all'
      ? sql`${wanted}
          cross join blobs b on b.tag = t.value and b.state = 'live'
          cross join versions v on v.blob_id = b.id and v.linked_at is not null
          cross join documents d
            on d.id = v.document_id and d.current_version_id = v.id and d.trashed_at is null`
      : sql`${wanted}
          cross join json_each(${JSON.stringify(visible)}) k
          cross join documents d indexed by documents_ready
            on d.chapter_id = k.value and d.ready_tag = t.value and d.trashed_at is null
          cross join versions v on v.id = d.current_version_id
          cross join blobs b on b.id = v.blob_id and b.state = 'live'`
  const { rows } = await sql<Readable & { tag: Tag }>`
    select t.value as tag, d.id as documentId, v.id as versionId, d.name, d.folder,
      v.size_bytes as sizeBytes, c.id as chapterId, c.name as chapterName,
      n.id as bookId, n.name as bookName
    from ${found}
    join chapters c on c.id = d.chapter_id
    join books n on n.id = c.book_id
    order by d.updated_at desc, d.id`.execute(db)
  return rows
}
