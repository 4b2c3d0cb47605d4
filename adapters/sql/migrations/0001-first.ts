import { type Kysely, sql } from 'kysely'

/** The first schema. Times are epoch ms; digests 64 hex characters; ids UUIDv7 text unless said. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of TABLES.split(';\n\n')) {
    if (statement.trim()) await sql.raw(statement).execute(db)
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const name of [...NAMES].reverse()) await sql.raw(`drop table if exists ${name}`).execute(db)
}

const NAMES = [
  'settings',
  'users',
  'groups',
  'group_members',
  'sessions',
  'tokens',
  'books',
  'chapters',
  'grants',
  'blobs',
  'blob_intents',
  'blob_reaps',
  'holder_changes',
  'documents',
  'versions',
  'uploads',
  'prober_alarms',
  'upload_parts',
  'upload_challenges',
  'providers',
  'provider_uploads',
  'provider_totals',
  'provider_reaps',
  'derivations',
  'replayed_steps',
  'jobs',
  'job_turns',
  'chunks',
  'scopes',
  'chunks_fts',
  'document_names',
  'names_fts',
  'shares',
  'share_entries',
  'share_statuses',
  'events',
  'request_traces',
  'error_logs',
  'audit',
]

/** The record of a content, in the KV, is to be written again. */
const noteHolders = (blobId: string) => `
  insert into holder_changes (tag) select tag from blobs where id = ${blobId}
  on conflict (tag) do update set changes = changes + 1`

/**
 * State of a link job as people see it, from its own and the steps that it waits for: what is to be
 * done, or a failure; \`skipped\` when there was nothing to read. Once its replay is over, what
 * happens to the content is told of it as of any other.
 */
const SHOWN = `
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
        where x.digest = jobs.digest and x.step <> 'preview' and x.state = 'failed') then 'dead'
    when exists (
      select 1 from derivations x
      where x.digest = jobs.digest and x.step in ('probe', 'extract') and x.state = 'skipped'
    ) then 'skipped'
    else 'done'
  end`

const SHOW_AGAIN = (row: 'new' | 'old', key: 'digest' | 'replay_id') => `
  update jobs set shown = ${SHOWN}
  where ${key} = ${row}.${key} and version_id is not null and state in ('blocked', 'done')`

const NOW = "cast(unixepoch('subsec') * 1000 as integer)"

/**
 * Has a content copied to every further store, once it is live. A copy that is there already is read
 * back again, no sooner than a new one would be through: a pointer's own page tells of copies that
 * were seen after it was made, and so looks the same whoever brought the content first.
 */
const replicate = (blobId: string) => `
  insert into provider_uploads (blob_id, provider, state, size_bytes, key, run_at, updated_at)
  select b.id, p.name, 'waiting', b.size_bytes,
    substr(b.tag, 1, 2) || '/' || b.tag || '.' || lower(hex(randomblob(8))), ${NOW}, ${NOW}
  from blobs b join providers p
  where b.id = ${blobId} and b.state = 'live'
  on conflict (blob_id, provider) do update set
    state = case state when 'failed' then 'waiting' else state end,
    attempts = case state when 'failed' then 0 else attempts end,
    run_at = case state
      when 'stored' then min(run_at, ${NOW} + send_ms)
      when 'failed' then ${NOW}
      else run_at end`

const countCopy = (row: 'new' | 'old', by: 1 | -1) => `
  insert into provider_totals (provider, state, copies, bytes)
  values (${row}.provider, ${row}.state, ${by}, ${by} * ${row}.size_bytes)
  on conflict (provider, state) do update set
    copies = copies + excluded.copies, bytes = bytes + excluded.bytes`

const TABLES = `
create table settings (
  key text primary key,
  value text not null
) strict;

create table users (
  id text primary key,
  username text not null,
  username_key text not null unique, -- lower case, NFKC
  display_name text not null,
  org_role text not null check (org_role in ('member', 'admin')),
  password_hash text,
  disabled_at integer,
  quota_bytes integer, -- most that the account may put in, each copy counted; null for the box's default
  used_bytes integer not null default 0, -- what it has put in; kept by triggers
  created_at integer not null
) strict;

create table groups (
  id text primary key,
  name text not null,
  name_key text not null unique,
  is_everyone integer not null default 0,
  created_at integer not null
) strict;

create table group_members (
  group_id text not null references groups (id) on delete cascade,
  user_id text not null references users (id) on delete cascade,
  primary key (group_id, user_id)
) strict, without rowid;

create index group_members_user on group_members (user_id);

create table sessions (
  id text primary key,
  id_hash text not null unique,
  user_id text not null references users (id) on delete cascade,
  created_at integer not null,
  last_used_at integer not null,
  expires_at integer not null,
  idle_ms integer not null,
  user_agent text not null,
  address text not null
) strict;

create index sessions_user on sessions (user_id);

create table tokens (
  id text primary key,
  token_hash text not null unique,
  user_id text not null references users (id) on delete cascade,
  name text not null,
  scopes text not null, -- JSON array
  book_ids text, -- JSON array, null for all
  created_at integer not null,
  expires_at integer,
  last_used_at integer
) strict;

create index tokens_user on tokens (user_id);

create table books (
  id text primary key,
  name text not null,
  name_key text not null unique,
  is_private integer not null default 0, -- its contents are never offered for instant upload
  created_at integer not null
) strict;

create table chapters (
  id text primary key,
  book_id text not null references books (id) on delete restrict,
  name text not null,
  name_key text not null,
  created_at integer not null,
  unique (book_id, name_key)
) strict;

create table grants (
  id text primary key,
  book_id text not null references books (id) on delete cascade,
  chapter_id text references chapters (id) on delete cascade,
  user_id text references users (id) on delete cascade,
  group_id text references groups (id) on delete cascade,
  role text not null check (role in ('viewer', 'contributor', 'admin')),
  created_at integer not null,
  check ((user_id is null) <> (group_id is null))
) strict;

create unique index grants_once on grants (book_id, coalesce(chapter_id, ''), coalesce(user_id, ''), coalesce(group_id, ''));

create index grants_user on grants (user_id);

create index grants_group on grants (group_id);

create table blobs (
  id integer primary key,
  tag text not null, -- keyed by the box's secret: what a content is looked up by
  digest text not null,
  path text not null unique,
  size_bytes integer not null,
  refs integer not null default 0 check (refs >= 0),
  zero_since integer, -- set while refs = 0
  -- fresh: received, not yet compared with what the box has; several of one content may be
  state text not null default 'live' check (state in ('fresh', 'live', 'damaged')),
  media_type text not null default 'application/octet-stream',
  kind text not null default 'other',
  created_at integer not null
) strict;

create unique index blobs_live on blobs (tag) where state = 'live';

create index blobs_fresh on blobs (id) where state = 'fresh';

create index blobs_damaged on blobs (tag) where state = 'damaged';

create index blobs_digest on blobs (digest);

-- Contents whose holders changed since their record was written, and how often.
create table holder_changes (
  tag text primary key,
  changes integer not null default 1
) strict, without rowid;

create index blobs_zero on blobs (zero_since) where refs = 0;

create table blob_intents (
  path text primary key,
  created_at integer not null
) strict, without rowid;

create table blob_reaps (
  path text primary key
) strict, without rowid;

create table documents (
  id text primary key,
  chapter_id text not null references chapters (id) on delete restrict,
  folder text not null default '',
  name text not null,
  current_version_id text not null,
  created_by text not null references users (id),
  created_at integer not null,
  updated_at integer not null,
  trashed_at integer,
  trashed_by text,
  source_state text check (source_state in ('present', 'missing')),
  ready_tag text -- of the current version's content once it is findable; kept by triggers
) strict;

create unique index documents_name on documents (chapter_id, folder, name) where trashed_at is null;

create index documents_folder on documents (chapter_id, folder, lower(name), id) where trashed_at is null;

create index documents_by_name on documents (chapter_id, lower(name), id) where trashed_at is null;

create index documents_updated on documents (chapter_id, updated_at, id) where trashed_at is null;

create index documents_trash on documents (trashed_at) where trashed_at is not null;

-- Whether a reader of the chapter has a content already, without a look at anybody else's.
create index documents_ready on documents (chapter_id, ready_tag)
where ready_tag is not null and trashed_at is null;

create table versions (
  id text primary key,
  document_id text not null references documents (id) on delete restrict,
  number integer not null,
  blob_id integer not null references blobs (id) on delete restrict,
  size_bytes integer not null,
  created_by text not null references users (id),
  created_at integer not null,
  door text not null check (door in ('web', 'api', 'share', 'mail')),
  linked_at integer, -- findable since; null while its job waits
  replay_id text, -- whose replayed steps are told of it; null when it is the work itself
  parent_version_id text,
  parent_index integer,
  trace_id text not null,
  unique (document_id, number),
  unique (parent_version_id, parent_index)
) strict;

create index versions_blob on versions (blob_id);

create index versions_trace on versions (trace_id);

create index versions_linked on versions (linked_at) where linked_at is not null;

create index versions_waiting on versions (document_id) where linked_at is null;

create table uploads (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  chapter_id text not null,
  folder text not null default '',
  name text not null,
  on_conflict text not null,
  declared_digest text,
  declared_size integer not null,
  part_bytes integer, -- null when the file goes whole
  status text not null,
  token_hash text unique,
  credential_id text, -- session or token that asked: the address dies with it
  url_expires_at integer,
  received_digest text,
  document_id text,
  version_id text,
  job_id text,
  error text,
  error_code text,
  direct_key text, -- where its bytes arrive in a further store, when they do
  swept_bytes integer, -- what had arrived when it ended without being stored, and is reclaimed
  dismissed_at integer, -- its owner has seen how it ended
  idempotency_key text,
  trace_id text not null,
  created_at integer not null,
  updated_at integer not null,
  unique (user_id, chapter_id, idempotency_key)
) strict;

create index uploads_user on uploads (user_id, id);

create index uploads_open on uploads (user_id, id)
where status in ('UPLOAD_PENDING', 'UPLOAD_URL_GENERATED', 'UPLOAD_RECEIVED');

create index uploads_declared on uploads (user_id, declared_size, id, status)
where status in ('UPLOAD_PENDING', 'UPLOAD_URL_GENERATED', 'UPLOAD_RECEIVED');

create index uploads_ended on uploads (user_id, id)
where status in ('UPLOAD_FAILED', 'UPLOAD_EXPIRED') and dismissed_at is null;

create index uploads_ended_name on uploads (user_id, name)
where status in ('UPLOAD_FAILED', 'UPLOAD_EXPIRED') and dismissed_at is null;

create index uploads_swept on uploads (swept_bytes) where swept_bytes is not null;

create index uploads_status on uploads (status, updated_at);

create index uploads_unfinished on uploads (user_id, created_at) where status <> 'UPLOAD_COMPLETE';

-- Who asked for uploads again and again and completed none.
create table prober_alarms (
  user_id text primary key references users (id) on delete cascade,
  raised_at integer not null,
  requests integer not null, -- never completed, when it was raised
  cleared_at integer -- by an administrator; what was before does not count any more
) strict, without rowid;

create table upload_parts (
  upload_id text not null references uploads (id) on delete cascade,
  number integer not null, -- from 1
  size_bytes integer not null,
  received_at integer not null,
  primary key (upload_id, number)
) strict, without rowid;

create table upload_challenges (
  id text primary key,
  upload_id text not null references uploads (id) on delete cascade,
  user_id text not null references users (id) on delete cascade,
  holder text not null, -- hash of the account and the credential that asked
  nonce blob not null,
  seed blob not null,
  kind text not null check (kind in ('full', 'strata')),
  used_at integer, -- an answer came: there is no second one
  is_passed integer not null default 0,
  expires_at integer not null
) strict, without rowid;

create index upload_challenges_upload on upload_challenges (upload_id);

create index upload_challenges_used on upload_challenges (user_id, used_at) where used_at is not null;

create index upload_challenges_expiry on upload_challenges (expires_at);

-- Further stores as configured: what contents are copied to.
create table providers (
  name text primary key
) strict, without rowid;

-- Copies of contents in further stores.
create table provider_uploads (
  blob_id integer not null references blobs (id) on delete cascade,
  provider text not null,
  state text not null check (state in ('waiting', 'stored', 'failed')),
  size_bytes integer not null,
  key text not null, -- where it is there; never used for a second row
  checksum text, -- what the store says of it; for people, never believed
  error text,
  attempts integer not null default 0,
  run_at integer not null, -- when it is to be copied; once stored, when it is to be read back again
  lease_until integer, -- set while a worker is at it
  send_ms integer not null default 0, -- how long sending took
  verified_at integer,
  updated_at integer not null,
  primary key (blob_id, provider)
) strict, without rowid;

create index provider_uploads_due on provider_uploads (provider, run_at) where state <> 'failed';

create index provider_uploads_seen on provider_uploads (provider, verified_at)
where verified_at is not null;

create index provider_uploads_error on provider_uploads (provider, updated_at)
where error is not null;

-- How many copies there are of each state, and how large; kept by triggers.
create table provider_totals (
  provider text not null,
  state text not null,
  copies integer not null,
  bytes integer not null,
  primary key (provider, state)
) strict, without rowid;

-- What is to be removed from further stores, and when: not while somebody may still be writing it.
create table provider_reaps (
  provider text not null,
  key text not null,
  run_at integer not null,
  primary key (provider, key)
) strict, without rowid;

create table derivations (
  digest text not null,
  step text not null,
  step_version integer not null,
  state text not null check (state in ('done', 'partial', 'skipped', 'failed')),
  coverage text, -- JSON Coverage
  facts text not null default '{}', -- JSON
  blob_id integer references blobs (id) on delete restrict,
  reason text,
  message text,
  next text not null default '[]', -- JSON: the steps that followed
  course text not null default '[]', -- JSON: how the first work went that succeeded, try by try
  duration_ms integer not null,
  finished_at integer not null,
  primary key (digest, step)
) strict, without rowid;

-- When a step is told to have ended to those for whom it was replayed.
create table replayed_steps (
  replay_id text not null references versions (id) on delete cascade,
  step text not null,
  finished_at integer not null,
  primary key (replay_id, step)
) strict, without rowid;

create index derivations_blob on derivations (blob_id) where blob_id is not null;

create table jobs (
  id text primary key,
  step text not null,
  step_version integer not null,
  digest text not null,
  version_id text, -- link jobs only
  chapter_id text, -- of link jobs: where people see it; null while its document lies in the trash
  shown text, -- of link jobs: its state as people see it
  book_id text not null,
  priority integer not null default 0,
  replay_id text, -- of steps: the version they are replayed for; of link jobs: whose steps they wait for
  course text not null default '[]', -- JSON: how it went so far, try by try
  state text not null check (state in ('blocked', 'queued', 'running', 'done', 'skipped', 'dead')),
  run_at integer not null,
  attempts integer not null default 0,
  progress real not null default 0,
  worker text,
  lease_until integer,
  started_at integer,
  error_code text,
  error_reason text,
  error_message text,
  trace_id text not null,
  created_at integer not null,
  updated_at integer not null
) strict;

create unique index jobs_once on jobs (digest, step, coalesce(version_id, replay_id, '')) where state in ('blocked', 'queued', 'running', 'dead');

create index jobs_ready on jobs (book_id, priority desc, run_at) where state = 'queued';

create index jobs_ready_work on jobs (book_id, priority desc, run_at)
where state = 'queued' and (version_id is not null or replay_id is null);

create index jobs_ready_replay on jobs (book_id, priority desc, run_at)
where state = 'queued' and version_id is null and replay_id is not null;

create index jobs_leased on jobs (lease_until) where state = 'running';

create index jobs_digest on jobs (digest, state);

create index jobs_replay on jobs (replay_id, state) where replay_id is not null;

create index jobs_version on jobs (version_id) where version_id is not null;

create index jobs_shown on jobs (chapter_id, shown, id) where shown is not null;

create index jobs_over on jobs (version_id is null, updated_at) where state in ('done', 'skipped');

create index jobs_due on jobs (run_at) where state = 'queued';

create table job_turns (
  book_id text primary key,
  served_at integer not null -- counter, not a time
) strict, without rowid;

create table chunks (
  id integer primary key,
  digest text not null,
  ordinal integer not null,
  text text not null,
  locator text not null, -- JSON Locator
  unique (digest, ordinal)
) strict;

create table scopes (
  digest text primary key,
  tokens text not null -- what chunks_fts.scope holds for this content
) strict, without rowid;

create virtual table chunks_fts using fts5 (
  words, -- folded words, in order
  scope, -- a token per chapter and book with a pointer, and one for all
  content = '', contentless_delete = 1,
  tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co M*'");

create table document_names (
  id integer primary key,
  document_id text not null unique references documents (id) on delete cascade
) strict;

create virtual table names_fts using fts5 (
  words, scope, content = '', contentless_delete = 1,
  tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co M*'");

create table shares (
  id text primary key,
  name text not null,
  path text not null unique,
  chapter_id text not null references chapters (id) on delete restrict,
  owner_id text not null references users (id),
  exclude text not null default '[]', -- JSON array
  settle_ms integer not null,
  enabled integer not null default 1,
  created_at integer not null
) strict;

create table share_entries (
  share_id text not null references shares (id) on delete cascade,
  path blob not null, -- raw bytes below the root
  device text not null,
  inode text not null,
  size_bytes integer not null,
  mtime_ns text not null,
  ctime_ns text not null,
  state text not null check (state in ('stored', 'missing', 'failed', 'refused')),
  document_id text,
  version_id text,
  reason text,
  message text,
  attempts integer not null default 0,
  updated_at integer not null,
  primary key (share_id, path)
) strict, without rowid;

create index share_entries_document on share_entries (document_id) where document_id is not null;

create table share_statuses (
  share_id text primary key references shares (id) on delete cascade,
  status text not null -- JSON ShareStatus
) strict, without rowid;

create table events (
  id integer primary key autoincrement,
  at integer not null,
  kind text not null,
  chapter_id text,
  user_id text,
  payload text not null
) strict;

create table request_traces (
  trace_id text not null,
  operation text not null,
  user_id text,
  status text,
  started_at integer not null,
  ended_at integer,
  duration_ms integer, -- from the first call's start to the last one's end
  calls integer not null default 1,
  failed integer not null default 0, -- of these calls
  busy_ms integer not null default 0, -- sum of the calls' own durations
  is_first integer not null, -- the trace began with it
  primary key (trace_id, operation)
) strict, without rowid;

create index request_traces_started on request_traces (started_at);

create index request_traces_first on request_traces (started_at) where is_first = 1;

create index request_traces_failed on request_traces (started_at) where failed > 0;

create index request_traces_slow on request_traces (started_at) where duration_ms >= 2000;

create table error_logs (
  id integer primary key,
  trace_id text not null,
  operation text not null,
  code text not null,
  reason text,
  message text not null,
  stack text,
  at integer not null
) strict;

create index error_logs_trace on error_logs (trace_id);

create index error_logs_at on error_logs (at);

create table audit (
  id integer primary key autoincrement,
  at integer not null,
  user_id text,
  action text not null,
  subject text not null,
  detail text not null default '{}',
  trace_id text not null,
  address text
) strict;

create trigger versions_refer after insert on versions begin
  update blobs set refs = refs + 1, zero_since = null where id = new.blob_id; end;

create trigger versions_release after delete on versions begin
  update blobs set refs = refs - 1,
    zero_since = case when refs = 1 then cast(unixepoch('subsec') * 1000 as integer) else zero_since end
  where id = old.blob_id; end;

create trigger versions_unreplay after delete on versions begin
  delete from jobs where replay_id = old.id and version_id is null; end;

create trigger versions_fixed before update of blob_id on versions
when (select tag from blobs where id = new.blob_id) is not (select tag from blobs where id = old.blob_id)
begin
  select raise(abort, 'a version never changes its content'); end;

create trigger versions_merge after update of blob_id on versions when new.blob_id <> old.blob_id begin
  update blobs set refs = refs + 1, zero_since = null where id = new.blob_id;
  update blobs set refs = refs - 1,
    zero_since = case when refs = 1 then cast(unixepoch('subsec') * 1000 as integer) else zero_since end
  where id = old.blob_id; end;

create trigger versions_charge after insert on versions when new.door in ('web', 'api') begin
  update users set used_bytes = used_bytes + new.size_bytes where id = new.created_by; end;

create trigger versions_refund after delete on versions when old.door in ('web', 'api') begin
  update users set used_bytes = used_bytes - old.size_bytes where id = old.created_by; end;

create trigger versions_ready after update of linked_at on versions begin
  update documents set ready_tag = (
    select tag from blobs where id = new.blob_id and new.linked_at is not null)
  where id = new.document_id and current_version_id = new.id; end;

create trigger documents_current after update of current_version_id on documents begin
  update documents set ready_tag = (
    select b.tag from versions v join blobs b on b.id = v.blob_id
    where v.id = new.current_version_id and v.linked_at is not null)
  where id = new.id; end;

create trigger versions_replicate after insert on versions begin
  ${replicate('new.blob_id')}; end;

create trigger versions_replicate_merged after update of blob_id on versions begin
  ${replicate('new.blob_id')}; end;

create trigger blobs_replicate after update of state on blobs
when new.state = 'live' and exists (select 1 from versions where blob_id = new.id) begin
  ${replicate('new.id')}; end;

create trigger blobs_retag after update of tag on blobs begin
  update documents set ready_tag = new.tag
  where ready_tag is not null and id in (
    select document_id from versions where blob_id = new.id and id = current_version_id); end;

create trigger provider_uploads_count after insert on provider_uploads begin
  ${countCopy('new', 1)}; end;

create trigger provider_uploads_recount after update of state on provider_uploads
when new.state <> old.state begin
  ${countCopy('old', -1)};
  ${countCopy('new', 1)}; end;

create trigger provider_uploads_discount after delete on provider_uploads begin
  ${countCopy('old', -1)}; end;

create trigger provider_uploads_release after delete on provider_uploads begin
  insert or ignore into provider_reaps (provider, key, run_at)
  values (old.provider, old.key, coalesce(old.lease_until, 0)); end;

create trigger versions_held after insert on versions begin
  ${noteHolders('new.blob_id')}; end;

create trigger versions_unheld after delete on versions begin
  ${noteHolders('old.blob_id')}; end;

create trigger derivations_refer after insert on derivations when new.blob_id is not null begin
  update blobs set refs = refs + 1, zero_since = null where id = new.blob_id; end;

create trigger derivations_release after delete on derivations when old.blob_id is not null begin
  update blobs set refs = refs - 1,
    zero_since = case when refs = 1 then cast(unixepoch('subsec') * 1000 as integer) else zero_since end
  where id = old.blob_id; end;

create trigger derivations_fixed before update of blob_id on derivations begin
  select raise(abort, 'replace the derivation instead of its blob'); end;

create trigger chunks_forget after delete on chunks begin
  delete from chunks_fts where rowid = old.id;
  delete from scopes where digest = old.digest; end;

create trigger documents_name after insert on documents begin
  insert into document_names (document_id) values (new.id);
  insert into names_fts (rowid, words, scope)
    select id, fold_name(new.name, new.folder),
      scope_tokens(new.chapter_id, (select book_id from chapters where id = new.chapter_id))
    from document_names where document_id = new.id; end;

create trigger documents_rename after update of name, folder, chapter_id, trashed_at on documents begin
  update names_fts set words = fold_name(new.name, new.folder),
    scope = case when new.trashed_at is null then scope_tokens(
      new.chapter_id, (select book_id from chapters where id = new.chapter_id)) else '' end
  where rowid = (select id from document_names where document_id = new.id); end;

create trigger documents_jobs after update of chapter_id, trashed_at on documents begin
  update jobs set chapter_id = case when new.trashed_at is null then new.chapter_id end
  where version_id in (select id from versions where document_id = new.id); end;

create trigger jobs_begin after insert on jobs when new.version_id is not null begin
  update jobs set shown = ${SHOWN}, chapter_id = (
    select d.chapter_id from versions v join documents d on d.id = v.document_id
    where v.id = new.version_id and d.trashed_at is null)
  where id = new.id; end;

create trigger jobs_move after update of state, replay_id on jobs when new.version_id is not null begin
  update jobs set shown = ${SHOWN} where id = new.id; end;

create trigger jobs_step_begin after insert on jobs
when new.version_id is null and new.replay_id is null begin
  ${SHOW_AGAIN('new', 'digest')}; end;

create trigger jobs_replay_begin after insert on jobs
when new.version_id is null and new.replay_id is not null begin
  ${SHOW_AGAIN('new', 'replay_id')}; end;

create trigger jobs_step_move after update of state on jobs
when new.version_id is null and new.replay_id is null begin
  ${SHOW_AGAIN('new', 'digest')}; end;

create trigger jobs_replay_move after update of state on jobs
when new.version_id is null and new.replay_id is not null begin
  ${SHOW_AGAIN('new', 'replay_id')}; end;

create trigger jobs_step_end after delete on jobs
when old.version_id is null and old.replay_id is null and old.state not in ('done', 'skipped') begin
  ${SHOW_AGAIN('old', 'digest')}; end;

create trigger jobs_replay_end after delete on jobs
when old.version_id is null and old.replay_id is not null and old.state not in ('done', 'skipped') begin
  ${SHOW_AGAIN('old', 'replay_id')}; end;

create trigger documents_forget before delete on documents begin
  delete from names_fts
  where rowid = (select id from document_names where document_id = old.id); end;

create trigger audit_append_only before update on audit begin
  select raise(abort, 'the audit is append-only'); end;

create trigger audit_keep before delete on audit begin
  select raise(abort, 'the audit is append-only'); end;
`
