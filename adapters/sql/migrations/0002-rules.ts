import { type Kysely, sql } from 'kysely'

/** What a book takes, a chapter's answer to a taken name, why uploads failed, names in the audit. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of UP) await sql.raw(statement).execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const statement of DOWN) await sql.raw(statement).execute(db)
}

const UP = [
  // JSON TypeRule; null: files of every type
  'alter table books add column type_rule text',
  // for requests that name no answer; null: the product's
  `alter table chapters add column on_conflict text
    check (on_conflict in ('ask', 'version', 'keep_both'))`,
  'alter table uploads add column error_reason text',
  // how often its address was made anew
  'alter table uploads add column renewals integer not null default 0',
  // steps: done again for some, and told to those alone who follow a replay of it
  'alter table jobs add column quiet integer not null default 0',
  // what the subject was called when it happened, and what it lay in; null before this migration
  'alter table audit add column subject_name text',
  'alter table audit add column subject_place text',
]

const DOWN = [
  'alter table audit drop column subject_place',
  'alter table audit drop column subject_name',
  'alter table jobs drop column quiet',
  'alter table uploads drop column renewals',
  'alter table uploads drop column error_reason',
  'alter table chapters drop column on_conflict',
  'alter table books drop column type_rule',
]
