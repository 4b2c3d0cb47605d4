import { type Kysely, sql } from 'kysely'

/** The second step of sign-in, a code, for accounts that want it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of UP) await sql.raw(statement).execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const statement of DOWN) await sql.raw(statement).execute(db)
}

const UP = [
  'alter table users add column second_step_at integer', // since when a code is asked for
  `create table second_steps (
    user_id text primary key references users (id) on delete cascade,
    sealed text not null, -- the secret, encrypted with a key of the box for this account
    made_at integer not null,
    used_step integer not null default 0 -- of time, of the last code that was used
  ) strict, without rowid`,
  `create table recovery_codes (
    user_id text not null references users (id) on delete cascade,
    code_hash text not null, -- with a key of the box
    used_at integer,
    primary key (user_id, code_hash)
  ) strict, without rowid`,
]

const DOWN = [
  'drop table recovery_codes',
  'drop table second_steps',
  'alter table users drop column second_step_at',
]
