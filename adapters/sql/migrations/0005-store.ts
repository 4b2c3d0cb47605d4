import { type Kysely, sql } from 'kysely'

/**
 * Leases beside the pointers, and a clock of the box that no setting of the time can move: what has
 * lost its last pointer is removed by that clock and by the reaper's rounds alone. What was idle
 * before this migration has its grace anew.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`delete from leases`.execute(db)
  for (const name of TRIGGERS) await sql.raw(`drop trigger ${name}`).execute(db)
  for (const name of ['blobs_idle', 'blobs_unseen']) await sql.raw(`drop index ${name}`).execute(db)
  for (const name of ['leases', 'box_clock', 'store_alarms']) {
    await sql.raw(`drop table ${name}`).execute(db)
  }
  for (const name of ['idle_since_ms', 'idle_round']) {
    await sql.raw(`alter table blobs drop column ${name}`).execute(db)
  }
}

const TRIGGERS = [
  'leases_refer',
  'leases_release',
  'leases_fixed',
  'jobs_lease',
  'jobs_unlease',
  'jobs_unlease_gone',
  'blobs_unsee',
  'blobs_unsee_renewed',
]

const STATEMENTS = [
  `create table box_clock (
    id integer primary key check (id = 1),
    boot text not null, -- the run of the machine that steady_ms counts in
    steady_ms integer not null, -- of its steady clock, when it was last looked at
    elapsed_ms integer not null, -- how long the machine was seen to run, over all its runs
    round integer not null, -- of the reaper
    round_ms integer not null -- elapsed_ms when it began
  ) strict`,
  `insert into box_clock values (1, '', 0, 0, 0, 0)`,

  `alter table blobs add column idle_since_ms integer`, // of elapsed_ms; null until the reaper saw it
  `alter table blobs add column idle_round integer`,
  `create index blobs_unseen on blobs (id) where refs = 0 and idle_since_ms is null`,
  `create index blobs_idle on blobs (idle_since_ms) where refs = 0 and idle_since_ms is not null`,

  // Who needs bytes without having a version of them: a running job, or whoever copies the store.
  `create table leases (
    id text primary key,
    blob_id integer references blobs (id) on delete restrict, -- null for the whole store
    job_id text, -- ends with its run
    note text not null,
    created_at integer not null,
    expires_ms integer -- of elapsed_ms; null for a job's, which ends with its run
  ) strict`,
  `create index leases_blob on leases (blob_id) where blob_id is not null`,
  `create index leases_job on leases (job_id) where job_id is not null`,

  // What keeps bytes from being removed until somebody looked.
  `create table store_alarms (
    kind text primary key,
    raised_at integer not null,
    detail text not null -- JSON: sentences
  ) strict, without rowid`,

  `create trigger leases_refer after insert on leases when new.blob_id is not null begin
    update blobs set refs = refs + 1, zero_since = null where id = new.blob_id; end`,
  `create trigger leases_release after delete on leases when old.blob_id is not null begin
    update blobs set refs = refs - 1,
      zero_since = case when refs = 1 then cast(unixepoch('subsec') * 1000 as integer) else zero_since end
    where id = old.blob_id; end`,
  `create trigger leases_fixed before update of blob_id on leases begin
    select raise(abort, 'a lease never changes its content'); end`,

  `create trigger jobs_lease after update of state on jobs
  when new.state = 'running' and old.state <> 'running'
    and new.version_id is null and new.replay_id is null
  begin
    insert into leases (id, blob_id, job_id, note, created_at)
    select 'job:' || new.id || ':' || b.id, b.id, new.id, 'job', new.updated_at
    from blobs b where b.digest = new.digest and b.state <> 'fresh'
    on conflict (id) do nothing; end`,
  `create trigger jobs_unlease after update of state on jobs
  when old.state = 'running' and new.state <> 'running' begin
    delete from leases where job_id = new.id; end`,
  `create trigger jobs_unlease_gone after delete on jobs when old.state = 'running' begin
    delete from leases where job_id = old.id; end`,

  `create trigger blobs_unsee after update of refs on blobs
  when new.refs <> old.refs and old.idle_since_ms is not null begin
    update blobs set idle_since_ms = null, idle_round = null where id = new.id; end`,
  `create trigger blobs_unsee_renewed after update of zero_since on blobs
  when new.refs = 0 and old.refs = 0 and new.zero_since is not null and old.idle_since_ms is not null
  begin
    update blobs set idle_since_ms = null, idle_round = null where id = new.id; end`,
]
