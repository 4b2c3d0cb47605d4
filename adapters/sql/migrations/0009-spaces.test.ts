import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { NEAR_STEP, queued } from '../../../core/pipeline/order.ts'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { openDatabase } from '../database.ts'
import * as first from './0001-first.ts'
import * as rules from './0002-rules.ts'
import * as store from './0005-store.ts'
import * as units from './0007-units.ts'
import * as spaces from './0009-spaces.ts'

const BLOB = `insert into blobs (tag, digest, path, size_bytes, created_at)
  values ('t1', 'v', 'blobs/v', 3072, 1)`
const EMBEDDED = `insert into derivations
  (digest, step, step_version, state, facts, blob_id, duration_ms, finished_at)
  values ('a', 'embed', 1, 'done', '{"space":"model_384_mean","count":2}', 1, 5, 9)`

it('takes what was embedded into the space it was embedded in, and back', async () => {
  const { writer, close } = openDatabase(join(await temporaryFolder(), 'catalog.sqlite'))
  onTestFinished(close)
  // Migrations know no tables but those they meet.
  const db = writer as unknown as Kysely<unknown>
  const rows = async (text: string) => (await sql.raw(text).execute(db)).rows
  await first.up(db)
  await store.up(db)
  await rows(BLOB)
  await rows(EMBEDDED)
  const refs = () => rows('select refs from blobs')
  expect(await refs()).toEqual([{ refs: 1 }])

  await spaces.up(db)
  expect(await rows('select id, kind, dimension, state, contents, failed from spaces')).toEqual([
    { id: 'model_384_mean', kind: 'text', dimension: 384, state: 'old', contents: 1, failed: 0 },
  ])
  expect(await refs()).toEqual([{ refs: 2 }])
  expect(await rows('select digest, space_id, state, rows from space_vectors')).toEqual([
    { digest: 'a', space_id: 'model_384_mean', state: 'done', rows: 2 },
  ])
  await expect(rows(`update space_vectors set rows = 3`)).rejects.toThrow('replace the row')

  // Derived again, the step has no blob of its own any more; the way back gives it one.
  await rows(`delete from derivations`)
  await rows(EMBEDDED.replace(', 1, 5, 9', ', null, 5, 9'))
  expect(await refs()).toEqual([{ refs: 1 }])
  await spaces.down(db)
  expect(await rows('select digest, blob_id from derivations')).toEqual([
    { digest: 'a', blob_id: 1 },
  ])
  expect(await refs()).toEqual([{ refs: 1 }])
  await spaces.up(db)
  await rows('delete from space_vectors')
  expect(await rows('select contents from spaces')).toEqual([{ contents: 0 }])
  expect(await refs()).toEqual([{ refs: 1 }])
})

it('keeps one active space of a kind, and forgets bands with their content', async () => {
  const { writer, close } = openDatabase(join(await temporaryFolder(), 'catalog.sqlite'))
  onTestFinished(close)
  const db = writer as unknown as Kysely<unknown>
  const rows = async (text: string) => (await sql.raw(text).execute(db)).rows
  await first.up(db)
  await spaces.up(db)
  const active = (id: string, kind: string) =>
    rows(`insert into spaces (id, kind, model, dimension, pooling, state, created_at)
      values ('${id}', '${kind}', 'm', 2, 'mean', 'active', 1)`)
  await active('a', 'text')
  await active('b', 'picture')
  await expect(active('c', 'text')).rejects.toThrow(/UNIQUE/)
  await rows(
    `insert into near_contents (id, digest, kind, signature) values (1, 'a', 'text', x'00')`,
  )
  await rows('insert into near_bands values (5629499534213120, 1)')
  const plan = await rows(`explain query plan select content_id from near_bands where band = 7`)
  expect(JSON.stringify(plan)).toContain('SEARCH near_bands USING PRIMARY KEY')
  await rows('delete from near_contents')
  expect(await rows('select * from near_bands')).toEqual([])
})

it('has the texts of before compared, and those who bring one again told of it', async () => {
  const { writer, close } = openDatabase(join(await temporaryFolder(), 'catalog.sqlite'))
  onTestFinished(close)
  const db = writer as unknown as Kysely<unknown>
  const rows = async (text: string) => (await sql.raw(text).execute(db)).rows
  await first.up(db)
  await rules.up(db)
  await store.up(db)
  await units.up(db)
  await rows('pragma foreign_keys = off')
  await rows(`insert into books (id, name, name_key, created_at) values ('b', 'B', 'b', 1)`)
  await rows(`insert into chapters (id, book_id, name, name_key, created_at)
    values ('c', 'b', 'C', 'c', 1)`)
  for (const [i, name] of ['text', 'photo', 'removed'].entries()) {
    await rows(`insert into blobs (id, tag, digest, size_bytes, path, kind, state, created_at)
      values (${i + 1}, '${name}', '${name}', 1, '${name}', 'text', 'live', 1)`)
    const step = name === 'photo' ? 'probe' : 'index'
    await rows(`insert into derivations (digest, step, step_version, state, duration_ms,
      finished_at) values ('${name}', '${step}', 1, 'done', 1, 1)`)
    if (name === 'removed') continue
    await rows(`insert into documents (id, chapter_id, name, current_version_id, created_by,
      created_at, updated_at) values ('d${i}', 'c', '${name}', 'v${i}', 'u', 1, 1)`)
    await rows(`insert into versions (id, document_id, number, blob_id, size_bytes, created_by,
      created_at, door, trace_id) values ('v${i}', 'd${i}', 1, ${i + 1}, 1, 'u', 1, 'web', 't')`)
  }
  const next = () => rows('select digest, step, next from derivations order by digest')
  const before = await next()
  const jobs = () =>
    rows('select digest, step, step_version, priority, state from jobs order by digest')
  await spaces.up(db)
  const near = JSON.stringify([queued(NEAR_STEP)])
  expect(await next()).toEqual([
    { digest: 'photo', step: 'probe', next: '[]' },
    { digest: 'removed', step: 'index', next: near },
    { digest: 'text', step: 'index', next: near },
  ])
  const job = { step: 'near', step_version: 1, priority: 0, state: 'queued' }
  const both = [
    { digest: 'removed', ...job },
    { digest: 'text', ...job },
  ]
  expect(await jobs()).toEqual(both)
  await spaces.down(db)
  expect(await next()).toEqual(before)
  expect(await jobs()).toEqual([])
  await spaces.up(db)
  expect(await jobs()).toEqual(both)
})
