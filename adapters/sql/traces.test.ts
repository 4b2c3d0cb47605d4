import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import type { Digest } from '../../core/digest.ts'
import type { Journal, Span } from '../../core/ports/index.ts'
import { prune } from '../../core/upkeep/prune.ts'
import { newVersion, seededCatalog } from '../../tests/seeded-catalog.ts'
import { testKeys } from '../../tests/test-keys.ts'
import { sqlCatalog } from './catalog.ts'

let seed: Awaited<ReturnType<typeof seededCatalog>>
let catalog: ReturnType<typeof sqlCatalog>
let journal: Journal

beforeEach(async () => {
  seed = await seededCatalog()
  catalog = sqlCatalog(join(seed.root, 'catalog.sqlite'), testKeys)
  journal = catalog.journal
})

const span = (change: Partial<Span>): Span => ({
  traceId: 't',
  operation: 'PUT /u/:token',
  userId: 'ana',
  status: '200',
  startedAt: 10,
  durationMs: 5,
  ...change,
})
const once = { calls: 1, failedCalls: 0, busyMs: 5 }

it('keeps the calls of one operation as one row, from the first start to the last end', async () => {
  await journal.traces([span({ startedAt: 20, durationMs: 10 })])
  await journal.traces([
    span({ startedAt: 10, durationMs: 3, status: '503' }),
    span({ operation: 'share.take', status: 'stored', startedAt: 15 }),
    span({ startedAt: 25, durationMs: 10 }),
  ])
  expect((await journal.trace('t')).spans).toEqual([
    { ...span({ durationMs: 25 }), calls: 3, failedCalls: 1, busyMs: 23 },
    { ...span({ operation: 'share.take', status: 'stored', startedAt: 15 }), ...once },
  ])
  expect(await journal.trace('other')).toEqual({ spans: [], errors: [] })
})

it('lets nobody change a span of somebody else by sending their trace id', async () => {
  await journal.traces([span({})])
  await journal.traces([span({ userId: 'eve', status: '500', durationMs: 900 })])
  expect((await journal.trace('t')).spans).toEqual([{ ...span({}), ...once }])
})

it('A11 logs-no-hashes: leaves out of failures what could be a digest', async () => {
  const digest = 'ab'.repeat(32)
  await journal.error({
    traceId: 't',
    operation: 'GET /x',
    code: 'internal',
    message: `ENOENT: no such file, open '/data/blobs/ab/${digest}.01j'`,
    stack: `Error: ${digest.toUpperCase()}\n at open`,
    at: 15,
  })
  const [error] = (await journal.trace('t')).errors
  expect(error).toMatchObject({ message: "ENOENT: no such file, open '/data/blobs/ab/….01j'" })
  expect(JSON.stringify(error)).not.toMatch(/[\da-f]{64}/i)
})

it('lists traces by their beginning, and those that failed or were slow', async () => {
  await journal.traces([
    span({ traceId: 'a', operation: 'POST /upload/request', startedAt: 100 }),
    span({ traceId: 'a', startedAt: 120, durationMs: 3_000 }),
    span({ traceId: 'b', startedAt: 200, status: '409' }),
    span({ traceId: 'c', startedAt: 300 }),
  ])
  const first = await journal.tracePage({ limit: 2 })
  expect(first.items.map(({ traceId }) => traceId)).toEqual(['c', 'b'])
  const second = await journal.tracePage({ limit: 2, cursor: first.nextCursor ?? '' })
  expect(second).toEqual({
    items: [
      {
        traceId: 'a',
        operation: 'POST /upload/request',
        status: '200',
        userId: 'ana',
        startedAt: 100,
        durationMs: 3_020,
        calls: 2,
        failedCalls: 0,
      },
    ],
  })
  const only = async (which: 'failed' | 'slow') =>
    (await journal.tracePage({ only: which, limit: 9 })).items.map(({ traceId }) => traceId)
  expect(await only('failed')).toEqual(['b'])
  expect(await only('slow')).toEqual(['a'])
  const foreign = journal.tracePage({ only: 'slow', limit: 9, cursor: first.nextCursor ?? '' })
  await expect(foreign).rejects.toMatchObject({ reason: 'CURSOR' })
})

it('says from when on the newest rows are, so that a flood can be removed', async () => {
  const spans = Array.from({ length: 5 }, (_, n) => span({ traceId: `t${n}`, startedAt: n * 10 }))
  await journal.traces(spans)
  expect(await journal.overflow('traces', 5)).toBeUndefined()
  expect(await journal.overflow('traces', 2)).toBe(20)
  expect(await journal.overflow('errors', 2)).toBeUndefined()
})

it('forgets what is older than people are told', async () => {
  const day = 24 * 60 * 60_000
  const now = 1_000 * day
  await journal.traces([
    span({ traceId: 'old', startedAt: now - 31 * day }),
    span({ traceId: 'young', startedAt: now - 29 * day }),
  ])
  await prune({ catalog }, now, day)
  expect((await journal.tracePage({ limit: 9 })).items.map((each) => each.traceId)).toEqual([
    'young',
  ])
})

it('tells for the metrics how uploads ended and when files became findable, each once', async () => {
  const content = { digest: 'a'.repeat(64) as Digest, sizeBytes: 3 }
  const version = newVersion(seed, content, { door: 'share', now: 1_000 })
  const begun = await catalog.ingest.begin(version)
  if ('publishPath' in begun) await catalog.ingest.finish(version, begun.publishPath)
  await catalog.ingest.markLinked(version.versionId, 4_000)
  const rest = { chapter_id: seed.first.chapterId, folder: '', on_conflict: 'ask', trace_id: 't' }
  const upload = { user_id: seed.userId, declared_size: 1, created_at: 1_000, ...rest }
  for (const [id, status, at] of [
    ['one', 'UPLOAD_COMPLETE', 2_000],
    ['two', 'UPLOAD_FAILED', 3_000],
    ['three', 'UPLOAD_URL_GENERATED', 3_000],
  ] as const) {
    const row = { id, name: id, status, updated_at: at, ...upload }
    await seed.db.writer.insertInto('uploads').values(row).execute()
  }
  const uploads = [
    { outcome: 'complete', tookMs: 1_000 },
    { outcome: 'failed', tookMs: 2_000 },
  ]
  const files = [{ door: 'share', tookMs: 3_000 }]
  expect(await journal.endings({ after: 0, until: 5_000 }, 9)).toEqual({
    uploads,
    files,
    until: 5_000,
  })
  const cut = await journal.endings({ after: 0, until: 5_000 }, 1)
  expect(cut).toEqual({ uploads: uploads.slice(0, 1), files: [], until: 2_000 })
  const rest2 = await journal.endings({ after: cut.until, until: 5_000 }, 9)
  expect(rest2).toEqual({ uploads: uploads.slice(1), files, until: 5_000 })
})
