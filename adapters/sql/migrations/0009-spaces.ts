import { type Kysely, sql } from 'kysely'

/**
 * Spaces of vectors beside each other, each content's vectors in each of them, and what makes alike
 * contents meet. What was embedded before this migration belongs to the space that its step names.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of UP) await sql.raw(statement).execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const statement of DOWN) await sql.raw(statement).execute(db)
}

const MS = "cast(unixepoch('subsec') * 1000 as integer)"

/** What a row of space_vectors counts in the row of its space. */
const count = (row: 'new' | 'old', sign: '+' | '-') => `
  update spaces set
    contents = contents ${sign} (${row}.state = 'done' and ${row}.blob_id is not null),
    failed = failed ${sign} (${row}.state = 'failed')
  where id = ${row}.space_id`

/** An id like any other (UUIDv7): the time, then chance. */
const ID = `lower(printf('%08x-%04x-7', ${MS} >> 16, ${MS} & 65535) || substr(hex(randomblob(2)), 2)
  || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))`

const THEN_NEAR = '[{"step":"near","stepVersion":1,"priority":18}]'

/**
 * Texts are followed by the step that tells what is almost the same, those of before, too: who brings
 * one of them, even one that nobody points to now, is to see that step as who brings a new text does. After all that is new.
 */
const COMPARE = [
  `update derivations set next = '${THEN_NEAR}'
    where step = 'index' and state = 'done' and next = '[]'`,
  `insert into jobs (id, step, step_version, digest, book_id, priority, state, run_at, trace_id,
    created_at, updated_at)
  select ${ID}, 'near', 1, w.digest, w.book_id, 0, 'queued', ${MS}, 'upgrade', ${MS}, ${MS}
  from (
    select b.digest, coalesce(min(c.book_id), (select min(id) from books)) as book_id
    from blobs b
    join derivations x on x.digest = b.digest and x.step = 'index' and x.state = 'done'
    left join versions v on v.blob_id = b.id
    left join documents d on d.id = v.document_id
    left join chapters c on c.id = d.chapter_id
    where b.state = 'live' and not exists (
      select 1 from derivations n where n.digest = b.digest and n.step = 'near')
    group by b.digest) w
  where w.book_id is not null
  on conflict do nothing`,
]

const UP = [
  `create table spaces (
    id text primary key,
    kind text not null check (kind in ('text', 'picture')),
    model text not null, -- '' for one of before this migration that no process has opened yet
    dimension integer not null,
    pooling text not null,
    state text not null check (state in ('building', 'active', 'old', 'dropped')),
    contents integer not null default 0, -- counted by triggers
    failed integer not null default 0,
    created_at integer not null,
    active_at integer
  ) strict, without rowid`,
  `create unique index spaces_active on spaces (kind) where state = 'active'`,

  `create table space_vectors (
    digest text not null,
    space_id text not null references spaces (id),
    state text not null check (state in ('working', 'done', 'failed')),
    token text not null, -- of whoever works on it; gone with the row when its text changes meanwhile
    blob_id integer references blobs (id) on delete restrict, -- null where there is nothing to embed
    rows integer not null default 0, -- vectors that say something
    message text,
    primary key (digest, space_id)
  ) strict, without rowid`,
  `create index space_vectors_space on space_vectors (space_id, state)`,
  `create index space_vectors_blob on space_vectors (blob_id) where blob_id is not null`,
  `create trigger space_vectors_refer after insert on space_vectors when new.blob_id is not null begin
    update blobs set refs = refs + 1, zero_since = null where id = new.blob_id; end`,
  `create trigger space_vectors_release after delete on space_vectors when old.blob_id is not null begin
    update blobs set refs = refs - 1,
      zero_since = case when refs = 1 then ${MS} else zero_since end
    where id = old.blob_id; end`,
  `create trigger space_vectors_fixed before update on space_vectors begin
    select raise(abort, 'replace the row instead'); end`,
  `create trigger space_vectors_count after insert on space_vectors begin ${count('new', '+')}; end`,
  `create trigger space_vectors_uncount after delete on space_vectors begin ${count('old', '-')}; end`,

  // The step's row keeps its blob, too, until it is derived again.
  `insert into spaces (id, kind, model, dimension, pooling, state, created_at)
    select json_extract(d.facts, '$.space'), 'text', '',
      max(b.size_bytes / 4 / json_extract(d.facts, '$.count')), 'mean', 'old', min(d.finished_at)
    from derivations d join blobs b on b.id = d.blob_id
    where d.step = 'embed' and json_extract(d.facts, '$.count') > 0
      and json_extract(d.facts, '$.space') is not null
    group by 1`,
  `insert into space_vectors (digest, space_id, state, token, blob_id, rows)
    select d.digest, json_extract(d.facts, '$.space'), 'done', '', d.blob_id,
      json_extract(d.facts, '$.count')
    from derivations d
    where d.step = 'embed' and d.blob_id is not null and json_extract(d.facts, '$.count') > 0
      and json_extract(d.facts, '$.space') is not null`,

  // pictures, to be embedded in another space
  `create index derivations_picture on derivations (digest) where step = 'picture'`,

  `create table near_contents (
    id integer primary key,
    digest text not null,
    kind text not null check (kind in ('text', 'picture')),
    signature blob not null,
    unique (digest, kind)
  ) strict`,
  `create table near_bands (
    band integer not null,
    content_id integer not null references near_contents (id) on delete cascade,
    primary key (band, content_id)
  ) strict, without rowid`,
  `create index near_bands_content on near_bands (content_id)`,
  ...COMPARE,
]

const DOWN = [
  `delete from jobs where step = 'near'`,
  `delete from derivations where step = 'near'`,
  `delete from replayed_steps where step = 'near'`,
  `update derivations set next = '[]' where step = 'index' and next = '${THEN_NEAR}'`,
  'drop index derivations_picture',
  'drop table near_bands',
  'drop table near_contents',
  // Vectors that only the new table has go back to the step that made them.
  'drop trigger derivations_fixed',
  `create temporary table restored as
    select d.digest, v.blob_id from derivations d
    join space_vectors v on v.digest = d.digest and v.space_id = json_extract(d.facts, '$.space')
    where d.step = 'embed' and d.blob_id is null and v.blob_id is not null`,
  `update derivations set blob_id = (select r.blob_id from restored r where r.digest = derivations.digest)
    where step = 'embed' and digest in (select digest from restored)`,
  `update blobs set refs = refs + (select count(*) from restored r where r.blob_id = blobs.id)
    where id in (select blob_id from restored)`,
  'drop table restored',
  `create trigger derivations_fixed before update of blob_id on derivations begin
    select raise(abort, 'replace the derivation instead of its blob'); end`,
  'delete from space_vectors',
  'drop table space_vectors',
  'drop table spaces',
]
