import type { Library } from '../../core/ports/index.ts'
import type { Database } from './database.ts'
import { libraryDocuments } from './library-documents.ts'
import { libraryGrants } from './library-grants.ts'
import { libraryMoves } from './library-moves.ts'
import { libraryShelves } from './library-shelves.ts'
import { libraryTrash } from './library-trash.ts'

/** Books, chapters, grants, documents and versions in SQL. Rights are part of every query. */
export const sqlLibrary = (db: Database): Library => ({
  ...libraryShelves(db),
  ...libraryGrants(db),
  ...libraryDocuments(db),
  ...libraryMoves(db),
  ...libraryTrash(db),
})
