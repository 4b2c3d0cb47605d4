import { type Kysely, sql } from 'kysely'

/**
 * The chain of the audit: every entry gets a seal over itself and the seal before it. What was there
 * before is sealed here, as it is found; an entry at its end says so.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of TABLES) await sql.raw(statement).execute(db)
  const { rows } = await sql<{ id: number }>`select id from audit order by id`.execute(db)
  for (const { id } of rows) await sql`${sql.raw(SEAL_OLD)} ${id}`.execute(db)
  for (const statement of TRIGGERS) await sql.raw(statement).execute(db)
  const last = rows.at(-1)
  if (!last) return
  const detail = JSON.stringify({ entries: rows.length, until: last.id })
  await sql`insert into audit (at, action, subject, detail, trace_id) values (
    cast(unixepoch('subsec') * 1000 as integer), 'audit.seal', 'audit', ${detail}, 'upgrade')`.execute(
    db,
  )
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const statement of DOWN) await sql.raw(statement).execute(db)
}

const COLUMNS = [
  'id',
  'at',
  'user_id',
  'action',
  'subject',
  'subject_name',
  'subject_place',
  'detail',
  'trace_id',
  'address',
  'door',
]

/** `audit_seal` is a function of the connection, which knows the key. */
const sealOf = (row: 'new' | 'a'): string => `
  insert into audit_seals (id, seal) select ${row}.id, audit_seal(
    (select seal from audit_seals order by id desc limit 1),
    ${COLUMNS.map((column) => `${row}.${column}`).join(', ')})`

const SEAL_OLD = `${sealOf('a')} from audit a where a.id =`

const TABLES = [
  // what the act came by: web, api, command, share …; null before this migration
  'alter table audit add column door text',
  `create table audit_seals (
    id integer primary key references audit (id),
    seal blob not null check (length(seal) = 72) -- chain (4), epoch (4), mac (32), link (32)
  ) strict`,
  'create index audit_user on audit (user_id)',
  'create index audit_subject on audit (subject)',
]

const TRIGGERS = [
  `create trigger audit_sealed after insert on audit begin ${sealOf('new')}; end`,
  `create trigger audit_seals_append_only before update on audit_seals begin
    select raise(abort, 'the audit is append-only'); end`,
  `create trigger audit_seals_keep before delete on audit_seals begin
    select raise(abort, 'the audit is append-only'); end`,
]

const DOWN = [
  'drop trigger audit_sealed',
  'drop table audit_seals',
  'drop index audit_subject',
  'drop index audit_user',
  'alter table audit drop column door',
]
