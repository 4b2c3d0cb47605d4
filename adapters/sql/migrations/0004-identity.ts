import { type Kysely, sql } from 'kysely'

/** Files of shares are known again by inode and generation, wherever they were moved to. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // '' in rows of before: they are filled in when their file is met and written the next time.
  await sql`alter table share_entries add column generation text not null default ''`.execute(db)
  await sql`create index share_entries_file on share_entries (inode, generation)
    where document_id is not null and generation <> ''`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop index share_entries_file`.execute(db)
  await sql`alter table share_entries drop column generation`.execute(db)
}
