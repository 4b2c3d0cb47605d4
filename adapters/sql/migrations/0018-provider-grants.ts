import { type Kysely, sql } from 'kysely'

/** What a provider of sign-ins can be asked by about somebody again, while they are here. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Encrypted with a key of the box for this account.
  await sql.raw('alter table users add column sealed_grant text').execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table users drop column sealed_grant').execute(db)
}
