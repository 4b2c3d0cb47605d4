import { sql } from 'kysely'
import type { Inside } from '../../core/ports/index.ts'
import type { Database } from './database.ts'
import { readDocuments } from './library-rows.ts'
import { isVisible } from './visible.ts'

/** What came inside of other documents, in SQL. */
export const sqlInside = (db: Database): Inside => ({
  async attached(visible, mailVersionId) {
    const rows = await readDocuments(
      db.read,
      sql`
        select i.document_id, i.parent_index from versions i
        join documents o on o.id = i.document_id and o.trashed_at is null
        where i.parent_version_id = ${mailVersionId} and ${isVisible('o.chapter_id', visible)}`,
    )
    return new Map(rows.map(({ key, document }) => [Number(key), document]))
  },

  async unpacked(visible, { documentId, versionId }) {
    const { rows } = await sql<{ entry_index: number; id: string }>`
      select e.entry_index, d.id from archive_entries e
      join documents d on d.id = e.document_id and d.trashed_at is null
      where e.archive_id = ${documentId} and e.version_id = ${versionId}
        and ${isVisible('d.chapter_id', visible)}`.execute(db.read)
    return new Map(rows.map(({ entry_index, id }) => [entry_index, id]))
  },
})
