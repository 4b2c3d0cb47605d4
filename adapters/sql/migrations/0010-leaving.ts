import { type Kysely, sql } from 'kysely'

/** Whether the contents of a book may leave the house: off for every book until somebody says so. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      'alter table books add column may_leave integer not null default 0 check (may_leave in (0, 1))',
    )
    .execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table books drop column may_leave').execute(db)
}
