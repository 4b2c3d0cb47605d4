import { type Kysely, sql } from 'kysely'

/**
 * Long steps: what they have so far, and lanes of their own. What was left unread because no step for
 * it was there (scans, pictures, sound, film) is looked at again, after all that is new.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of UP) await sql.raw(statement).execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const statement of DOWN) await sql.raw(statement).execute(db)
}

/** What the state of a pointer is told by: as in 0001, by other steps. */
interface Telling {
  /** Steps whose failure is not the file's. */
  beside: string
  /** When there was nothing to read, of content `x` with its result `x`. */
  isSilent: string
}

const BEFORE: Telling = {
  beside: "'preview'",
  isSilent: "x.step in ('probe', 'extract') and x.state = 'skipped'",
}
const NOW: Telling = {
  beside: "'preview', 'picture', 'near'",
  isSilent: `x.step in ('probe', 'extract', 'ocr', 'speech') and x.state = 'skipped'
        and not exists (
          select 1 from derivations c where c.digest = x.digest and c.step = 'chunk')`,
}

const shown = ({ beside, isSilent }: Telling) => `
  case
    when state = 'blocked' then coalesce((
      select k.state from jobs k
      where k.digest = jobs.digest and k.version_id is null and k.replay_id is jobs.replay_id
        and k.state in ('running', 'queued', 'dead')
      order by case k.state when 'running' then 0 when 'queued' then 1 else 2 end
      limit 1), 'queued')
    when state <> 'done' then state
    when exists (
      select 1 from jobs k
      where k.digest = jobs.digest and k.version_id is null and k.state = 'dead'
        and (k.replay_id is jobs.replay_id or k.replay_id is null and not exists (
          select 1 from jobs o
          where o.replay_id = jobs.replay_id and o.version_id is null
            and o.state in ('queued', 'running'))))
      or exists (
        select 1 from derivations x
        where x.digest = jobs.digest and x.step not in (${beside}) and x.state = 'failed') then 'dead'
    when exists (
      select 1 from derivations x
      where x.digest = jobs.digest and ${isSilent}) then 'skipped'
    else 'done'
  end`

const triggers = (telling: Telling): string[] => {
  const again = (row: 'new' | 'old', key: 'digest' | 'replay_id') => `
    update jobs set shown = ${shown(telling)}
    where ${key} = ${row}.${key} and version_id is not null and state in ('blocked', 'done')`
  const step = (row: 'new' | 'old') => `${row}.version_id is null and ${row}.replay_id is null`
  const replay = (row: 'new' | 'old') =>
    `${row}.version_id is null and ${row}.replay_id is not null`
  const isOpen = "old.state not in ('done', 'skipped')"
  return [
    `create trigger jobs_begin after insert on jobs when new.version_id is not null begin
      update jobs set shown = ${shown(telling)}, chapter_id = (
        select d.chapter_id from versions v join documents d on d.id = v.document_id
        where v.id = new.version_id and d.trashed_at is null)
      where id = new.id; end`,
    `create trigger jobs_move after update of state, replay_id on jobs
      when new.version_id is not null begin
      update jobs set shown = ${shown(telling)} where id = new.id; end`,
    `create trigger jobs_step_begin after insert on jobs when ${step('new')} begin
      ${again('new', 'digest')}; end`,
    `create trigger jobs_replay_begin after insert on jobs when ${replay('new')} begin
      ${again('new', 'replay_id')}; end`,
    `create trigger jobs_step_move after update of state on jobs when ${step('new')} begin
      ${again('new', 'digest')}; end`,
    `create trigger jobs_replay_move after update of state on jobs when ${replay('new')} begin
      ${again('new', 'replay_id')}; end`,
    `create trigger jobs_step_end after delete on jobs when ${step('old')} and ${isOpen} begin
      ${again('old', 'digest')}; end`,
    `create trigger jobs_replay_end after delete on jobs when ${replay('old')} and ${isOpen} begin
      ${again('old', 'replay_id')}; end`,
  ]
}

const NO_TRIGGERS = [
  'jobs_begin',
  'jobs_move',
  'jobs_step_begin',
  'jobs_replay_begin',
  'jobs_step_move',
  'jobs_replay_move',
  'jobs_step_end',
  'jobs_replay_end',
].map((name) => `drop trigger ${name}`)

const readyIndexes = (first: string): string[] => [
  `create index jobs_ready on jobs (${first}, priority desc, run_at) where state = 'queued'`,
  `create index jobs_ready_work on jobs (${first}, priority desc, run_at)
    where state = 'queued' and (version_id is not null or replay_id is null)`,
  `create index jobs_ready_replay on jobs (${first}, priority desc, run_at)
    where state = 'queued' and version_id is null and replay_id is not null`,
]

const NO_INDEXES = ['jobs_ready', 'jobs_ready_work', 'jobs_ready_replay'].map(
  (name) => `drop index ${name}`,
)

const MS = "cast(unixepoch('subsec') * 1000 as integer)"

/** An id like any other (UUIDv7): the time, then chance. */
const ID = `lower(printf('%08x-%04x-7', ${MS} >> 16, ${MS} & 65535) || substr(hex(randomblob(2)), 2)
  || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))`

/** One transaction with the tables: nobody brings such a file in between and learns of another's. */
const LOOK_AGAIN = `
  insert into jobs (id, step, step_version, digest, book_id, priority, state, run_at, trace_id,
    created_at, updated_at)
  select ${ID}, 'probe', 2, w.digest, w.book_id, 0, 'queued', ${MS}, 'upgrade', ${MS}, ${MS}
  from (
    select b.digest, min(c.book_id) as book_id
    from blobs b
    join derivations p on p.digest = b.digest and p.step = 'probe' and p.state <> 'failed'
    left join derivations x on x.digest = b.digest and x.step = 'extract'
    join versions v on v.blob_id = b.id
    join documents d on d.id = v.document_id
    join chapters c on c.id = d.chapter_id
    where b.state = 'live' and (
      b.kind in ('image', 'audio', 'video', 'archive')
      or x.reason in ('NO_TEXT_LAYER', 'NO_TEXT_IN_TYPE'))
    group by b.digest) w
  where true
  on conflict do nothing`

/** What the files that were not read are counted by, in the order of their ids. */
const UNREAD_INDEXES = [
  `create index derivations_unread on derivations (digest, step, state, reason)
    where state in ('failed', 'partial', 'skipped')`,
  `create index documents_chapter on documents (chapter_id, id) where trashed_at is null`,
  'drop index versions_trace',
  'create index versions_trace on versions (trace_id, document_id)',
  `create index share_entries_documents on share_entries (share_id, document_id)
    where document_id is not null`,
]

const NO_UNREAD_INDEXES = [
  'drop index derivations_unread',
  'drop index documents_chapter',
  'drop index share_entries_documents',
  'drop index versions_trace',
  'create index versions_trace on versions (trace_id)',
]

const UP = [
  // what a step has of a content so far: pages from 1, or stretches of sound by their beginning in ms
  `create table step_units (
    digest text not null,
    step text not null,
    step_version integer not null,
    made_by text not null default '', -- languages, or who listened; '' when asked for by anybody
    unit integer not null,
    state text not null check (state in ('asked', 'begun', 'done', 'failed')),
    tries integer not null default 0, -- begun, and not ended
    body text not null default '{}', -- JSON
    primary key (digest, step, unit)
  ) strict, without rowid`,
  `alter table jobs add column is_heavy integer
    generated always as (step in ('ocr', 'speech', 'picture')) virtual`,
  ...NO_INDEXES,
  ...readyIndexes('is_heavy, book_id'),
  ...NO_TRIGGERS,
  ...triggers(NOW),
  ...UNREAD_INDEXES,
  LOOK_AGAIN,
]

const NEW_STEPS = "('ocr', 'speech', 'picture', 'near')"

const DOWN = [
  ...NO_UNREAD_INDEXES,
  `delete from jobs where step in ${NEW_STEPS}`,
  `delete from derivations where step in ${NEW_STEPS}`,
  `delete from replayed_steps where step in ${NEW_STEPS}`,
  `update jobs set state = 'queued' where state = 'blocked' and not exists (
    select 1 from jobs k where k.digest = jobs.digest and k.version_id is null
      and k.replay_id is jobs.replay_id and k.state in ('queued', 'running'))`,
  ...NO_TRIGGERS,
  ...triggers(BEFORE),
  ...NO_INDEXES,
  'alter table jobs drop column is_heavy',
  ...readyIndexes('book_id'),
  'drop table step_units',
]
