import { type Kysely, sql } from 'kysely'

/** Work on the shelf of models. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of UP) await sql.raw(statement).execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table model_work`.execute(db)
}

const UP = [
  `create table model_work (
    id text primary key,
    task text not null
      check (task in ('add', 'import', 'export', 'remove', 'verify', 'measure')),
    subject text not null,
    state text not null check (state in ('waiting', 'running', 'asks', 'done', 'failed')),
    input text not null,
    result text,
    done integer not null default 0,
    total integer not null default 0,
    reason text,
    message text,
    worker text,
    lease_until integer,
    user_id text,
    trace_id text not null,
    address text,
    created_at integer not null,
    updated_at integer not null,
    check ((state = 'running') = (worker is not null and lease_until is not null))
  ) strict, without rowid`,
  `create index model_work_subject on model_work (subject, task)`,
]
