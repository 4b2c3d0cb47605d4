import { type Kysely, sql } from 'kysely'

/** Whether archives of a share are expanded, what became of each, and which entry is which document. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of UP) await sql.raw(statement).execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const statement of DOWN) await sql.raw(statement).execute(db)
}

const UP = [
  `alter table shares add column expand_archives integer not null default 0
    check (expand_archives in (0, 1))`,
  `create table archive_expansions (
    version_id text primary key references versions (id) on delete cascade,
    state text not null check (state in ('working', 'done', 'partial')),
    taken integer not null, -- entries that are documents
    total integer not null, -- files in it
    missing text not null default '[]', -- JSON array of MissingEntry
    updated_at integer not null
  ) strict, without rowid`,
  `create table archive_entries (
    archive_id text not null references documents (id) on delete cascade,
    path text not null, -- as it is shown
    document_id text references documents (id) on delete set null,
    version_id text not null, -- of the archive: the last one that held it
    entry_index integer not null, -- in that version
    is_gone integer not null default 0, -- later versions do not hold it
    primary key (archive_id, path)
  ) strict, without rowid`,
  `create index archive_entries_document on archive_entries (document_id)
    where document_id is not null`,
]

const DOWN = [
  'drop table archive_entries',
  'drop table archive_expansions',
  'alter table shares drop column expand_archives',
]
