import { type Kysely, sql } from 'kysely'

/** People and groups of a directory, known by an identity that nobody else ever gets. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of UP) await sql.raw(statement).execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const statement of DOWN) await sql.raw(statement).execute(db)
}

const MS = "cast(unixepoch('subsec') * 1000 as integer)"

const UP = [
  // which directory somebody belongs to; null for local accounts
  'alter table users add column directory text',
  'alter table users add column object_id text check ((object_id is null) = (directory is null))',
  // since when the directory does not let them in, and why
  'alter table users add column left_at integer',
  "alter table users add column left_why text check (left_why in ('disabled', 'gone'))",
  // when the directory was last asked about them, and until when that answer counts
  'alter table users add column seen_at integer',
  'alter table users add column good_until integer',
  'create unique index users_object on users (directory, object_id) where directory is not null',
  'alter table groups add column directory text',
  'alter table groups add column object_id text check ((object_id is null) = (directory is null))',
  'alter table groups add column gone_at integer',
  // what its members are in the organization
  "alter table groups add column org_role text check (org_role = 'admin')",
  'create unique index groups_object on groups (directory, object_id) where directory is not null',
  `create table directories (
    id text primary key,
    tried_at integer,
    synced_at integer, -- the last that was whole, and was taken over
    took_ms integer,
    people integer not null default 0,
    groups integer not null default 0,
    reason text, -- why the last try was for nothing
    message text,
    stopped text -- JSON: what would have vanished, until somebody agrees or it is there again
  ) strict, without rowid`,
]

/** Accounts of a directory stay, as authors of what they made; nobody signs in by them. */
const DOWN = [
  'drop table directories',
  'drop index groups_object',
  'delete from group_members where group_id in (select id from groups where directory is not null)',
  'alter table groups drop column org_role',
  'alter table groups drop column gone_at',
  'alter table groups drop column object_id',
  'alter table groups drop column directory',
  'delete from sessions where user_id in (select id from users where directory is not null)',
  'delete from tokens where user_id in (select id from users where directory is not null)',
  `update users set disabled_at = coalesce(disabled_at, ${MS}), org_role = 'member'
    where directory is not null`,
  'drop index users_object',
  ...['good_until', 'seen_at', 'left_why', 'left_at', 'object_id', 'directory'].map(
    (column) => `alter table users drop column ${column}`,
  ),
]
