import { sql } from 'kysely'
import type { Library } from '../../core/ports/index.ts'
import type { Database } from './database.ts'
import { listFolders, listPage } from './library-list.ts'
import { readDocuments, readVersions } from './library-rows.ts'
import { isVisible } from './visible.ts'

type Documents = Pick<Library, 'document' | 'version' | 'versions' | 'list' | 'folders'>

/** Reading documents, their versions and their folders. */
export const libraryDocuments = (db: Database): Documents => ({
  async document(visible, id) {
    const [row] = await readDocuments(
      db.read,
      sql`select id, 0 from documents where id = ${id} and ${isVisible('chapter_id', visible)}`,
    )
    return row?.document
  },

  async version(visible, id) {
    const [row] = await readVersions(
      db.read,
      sql`v.id = ${id} and ${isVisible('d.chapter_id', visible)}`,
    )
    return row
  },

  versions: (visible, documentId) =>
    readVersions(
      db.read,
      sql`v.document_id = ${documentId} and ${isVisible('d.chapter_id', visible)}`,
    ),

  list: (visible, query) => listPage(db.read, visible, query),

  folders: (visible, chapterId, folder) => listFolders(db.read, visible, { chapterId, folder }),
})
