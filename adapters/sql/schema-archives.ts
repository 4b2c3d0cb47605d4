import type { Generated } from 'kysely'

/** Archives whose files are documents of their own. */
export interface ArchiveTables {
  archive_expansions: {
    version_id: string
    state: 'working' | 'done' | 'partial'
    taken: number
    total: number
    missing: Generated<string>
    updated_at: number
  }
  archive_entries: {
    archive_id: string
    path: string
    document_id: string | null
    version_id: string
    entry_index: number
    is_gone: Generated<number>
  }
}
