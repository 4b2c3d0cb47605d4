import { type Kysely, sql } from 'kysely'

/**
 * Counts the changes of what rights are made of, so that nobody has to read them all at each call; and
 * what looked as somebody else until its time was over is known to be in the audit.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of UP) await sql.raw(statement).execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const statement of DOWN) await sql.raw(statement).execute(db)
}

const OF = {
  shelves: ['books', 'chapters'],
  rights: ['grants', 'groups', 'group_members'],
}

const COUNTED = Object.entries(OF).flatMap(([what, tables]) =>
  tables.flatMap((table) => ['insert', 'update', 'delete'].map((deed) => ({ what, table, deed }))),
)

// People count by being there: a right of everyone is a right of each of them.
const PEOPLE = ['insert', 'delete'].map((deed) => ({ what: 'rights', table: 'users', deed }))

const TRIGGERS = [...COUNTED, ...PEOPLE]

const UP = [
  `create table revisions (
    id integer primary key check (id = 1),
    shelves integer not null, -- of books and chapters
    rights integer not null -- of grants, groups, their members
  ) strict`,
  'insert into revisions values (1, 0, 0)',
  'alter table see_as add column end_told integer not null default 0',
  ...TRIGGERS.map(
    ({ what, table, deed }) =>
      `create trigger ${table}_${deed}_counts after ${deed} on ${table} begin
        update revisions set ${what} = ${what} + 1;
      end`,
  ),
]

const DOWN = [
  ...TRIGGERS.map(({ table, deed }) => `drop trigger ${table}_${deed}_counts`),
  'drop table revisions',
  'alter table see_as drop column end_told',
]
