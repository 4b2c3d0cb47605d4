import { type Kysely, sql } from 'kysely'

/** What a share does with its files, when it is scanned whole, and what its watcher is asked to do. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of UP) await sql.raw(statement).execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const statement of DOWN) await sql.raw(statement).execute(db)
}

const UP = [
  `alter table shares add column mode text not null default 'mirror'
    check (mode in ('mirror', 'inbox'))`,
  `alter table shares add column mapping text not null default 'folders'
    check (mapping in ('folders', 'chapters'))`,
  `alter table shares add column include text not null default '[]'`, // JSON array
  // null: the chapter's own answer
  `alter table shares add column on_conflict text check (on_conflict in ('version', 'keep_both'))`,
  'alter table shares add column scan_every_ms integer', // null: the box's
  // minutes since midnight on this machine's clock, half-open; both or none
  'alter table shares add column scan_from integer',
  'alter table shares add column scan_to integer',
  `create table share_orders (
    share_id text not null references shares (id) on delete cascade,
    what text not null check (what in ('scan', 'release', 'dry_run')),
    asked_at integer not null,
    primary key (share_id, what)
  ) strict, without rowid`,
  `create table share_dry_runs (
    share_id text primary key references shares (id) on delete cascade,
    report text not null -- JSON DryRun
  ) strict, without rowid`,
]

const DOWN = [
  'drop table share_dry_runs',
  'drop table share_orders',
  'alter table shares drop column scan_to',
  'alter table shares drop column scan_from',
  'alter table shares drop column scan_every_ms',
  'alter table shares drop column on_conflict',
  'alter table shares drop column include',
  'alter table shares drop column mapping',
  'alter table shares drop column mode',
]
