import { type Kysely, sql } from 'kysely'

/** Where versions came from: which file of which share, and which version they took up again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of UP) await sql.raw(statement).execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const statement of DOWN) await sql.raw(statement).execute(db)
}

/**
 * A file that was moved keeps the place at which each version was found. Not `or ignore`: in a trigger
 * the outer statement decides what a conflict does.
 */
const NOTE = `
  insert into version_origins (version_id, share_id, share_name, path)
    select v.id, s.id, s.name, new.path
    from versions v join shares s on s.id = new.share_id
    where v.id = new.version_id and v.door = 'share' and not exists (
      select 1 from version_origins o where o.version_id = v.id);`

const UP = [
  // share_id: no foreign key; the name stays when the share is removed
  `create table version_origins (
    version_id text primary key references versions (id) on delete cascade,
    share_id text,
    share_name text,
    path blob,
    restored_from integer,
    check ((share_id is null) = (share_name is null) and (share_id is null) = (path is null))
  ) strict, without rowid`,
  `create trigger share_entries_origin after insert on share_entries
    when new.version_id is not null begin ${NOTE} end`,
  `create trigger share_entries_origin_again after update of version_id on share_entries
    when new.version_id is not null begin ${NOTE} end`,
  // of versions before this one only the last of each file is known
  `insert into version_origins (version_id, share_id, share_name, path)
    select e.version_id, s.id, s.name, e.path
    from share_entries e
    join shares s on s.id = e.share_id
    join versions v on v.id = e.version_id and v.door = 'share'
    where true
    on conflict do nothing`,
]

const DOWN = [
  'drop trigger share_entries_origin_again',
  'drop trigger share_entries_origin',
  'drop table version_origins',
]
