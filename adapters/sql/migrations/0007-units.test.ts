import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { openDatabase } from '../database.ts'
import * as first from './0001-first.ts'
import * as rules from './0002-rules.ts'
import * as units from './0007-units.ts'

/** Contents as the version before left them: what they are, and what became of their text. */
const CONTENTS = {
  text: { kind: 'text', probe: 'done', extract: 'done', reason: null },
  scan: { kind: 'pdf', probe: 'done', extract: 'partial', reason: 'NO_TEXT_LAYER' },
  photo: { kind: 'image', probe: 'done', extract: 'skipped', reason: 'NO_TEXT_IN_TYPE' },
  film: { kind: 'video', probe: 'skipped', extract: undefined, reason: null },
  program: { kind: 'other', probe: 'skipped', extract: undefined, reason: null },
}

it('has what was left unread looked at again, and tells the states as before on the way down', async () => {
  const { writer, close } = openDatabase(join(await temporaryFolder(), 'catalog.sqlite'))
  onTestFinished(close)
  const db = writer as unknown as Kysely<unknown>
  const rows = async (text: string) => (await sql.raw(text).execute(db)).rows
  await first.up(db)
  await rules.up(db)
  await rows('pragma foreign_keys = off')
  await rows(`insert into books (id, name, name_key, created_at) values ('b', 'B', 'b', 1)`)
  await rows(`insert into chapters (id, book_id, name, name_key, created_at)
    values ('c', 'b', 'C', 'c', 1)`)
  let id = 0
  for (const [name, content] of Object.entries(CONTENTS)) {
    id++
    await rows(`insert into blobs (id, tag, digest, size_bytes, path, kind, state, created_at)
      values (${id}, '${name}', '${name}', 1, '${name}', '${content.kind}', 'live', 1)`)
    await rows(`insert into documents (id, chapter_id, name, current_version_id, created_by,
      created_at, updated_at) values ('d${id}', 'c', '${name}', 'v${id}', 'u', 1, 1)`)
    await rows(`insert into versions (id, document_id, number, blob_id, size_bytes, created_by,
      created_at, door, trace_id) values ('v${id}', 'd${id}', 1, ${id}, 1, 'u', 1, 'web', 't')`)
    await rows(`insert into jobs (id, step, step_version, digest, version_id, book_id, state, run_at,
      trace_id, created_at, updated_at)
      values ('j${id}', 'link', 1, '${name}', 'v${id}', 'b', 'done', 1, 't', 1, 1)`)
    for (const step of ['probe', 'extract'] as const) {
      const state = content[step]
      const reason = step === 'extract' && content.reason ? `'${content.reason}'` : 'null'
      if (state === undefined) continue
      await rows(`insert into derivations (digest, step, step_version, state, reason, duration_ms,
        finished_at) values ('${name}', '${step}', 1, '${state}', ${reason}, 1, 1)`)
    }
  }
  await units.up(db)
  const again =
    'select digest, step, step_version, state, is_heavy from jobs where version_id is null'
  const job = { step: 'probe', step_version: 2, state: 'queued', is_heavy: 0 }
  expect(await rows(`${again} order by digest`)).toEqual([
    { digest: 'film', ...job },
    { digest: 'photo', ...job },
    { digest: 'scan', ...job },
  ])
  const ids = await rows('select id from jobs where version_id is null')
  const uuid = expect.stringMatching(
    /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/,
  )
  expect(ids).toEqual([{ id: uuid }, { id: uuid }, { id: uuid }])

  // A picture that cannot be searched by its look is no failure of the file.
  await rows(`insert into derivations (digest, step, step_version, state, duration_ms, finished_at)
    values ('text', 'picture', 1, 'failed', 1, 1)`)
  await rows(`update jobs set state = 'queued' where id = 'j1'`)
  await rows(`update jobs set state = 'done' where id = 'j1'`)
  const shown = () => rows(`select shown from jobs where id = 'j1'`)
  expect(await shown()).toEqual([{ shown: 'done' }])
  await rows(`insert into step_units (digest, step, step_version, unit, state)
    values ('scan', 'ocr', 1, 1, 'done')`)
  const plan = await rows(`explain query plan select id from jobs
    where state = 'queued' and is_heavy = 0 and book_id = 'b' order by priority desc, run_at`)
  expect(JSON.stringify(plan)).toContain('jobs_ready')

  await units.down(db)
  expect(await rows('select count(*) as count from jobs')).toEqual([{ count: 8 }])
  expect(await rows(`select count(*) as count from derivations where step = 'picture'`)).toEqual([
    { count: 0 },
  ])
  await units.up(db)
  expect(await shown()).toEqual([{ shown: 'done' }])
})
