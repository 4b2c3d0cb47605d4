import { type Kysely, sql } from 'kysely'

/** Which session looks as whom: a row of its own, which goes with its session. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create table see_as (
  session_id text primary key references sessions (id) on delete cascade,
  user_id text not null references users (id) on delete cascade, -- who is looked as
  started_at integer not null,
  ends_at integer not null check (ends_at > started_at)
) strict, without rowid`,
    )
    .execute(db)
  await sql.raw('create index see_as_user on see_as (user_id)').execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw('drop table see_as').execute(db)
}
