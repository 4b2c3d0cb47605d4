import { expect, it } from 'vitest'
import type { Trace } from '../../../api-types.ts'
import { waterfallOf } from './waterfall.ts'

const span = (operation: string, started_at: number, duration_ms: number, failed_calls = 0) => ({
  operation,
  status: '200',
  started_at,
  duration_ms,
  calls: 1,
  failed_calls,
  busy_ms: duration_ms,
})
const file = (change: Partial<Trace['files'][number]> = {}): Trace['files'][number] => ({
  document_id: 'd',
  version_id: 'v',
  name: 'plan.txt',
  stored_at: 2_000,
  searchable_at: 5_000,
  steps: [
    { step: 'probe', state: 'done', started_at: 2_500, duration_ms: 200 },
    { step: 'extract', state: 'failed', started_at: 2_700, duration_ms: 1_300 },
    { step: 'preview', state: 'waiting', started_at: null, duration_ms: 0 },
  ],
  ...change,
})

it('lays out an upload from the click to its being findable, with the time it waited', () => {
  const spans = [span('POST /upload/request', 1_500, 20), span('browser.hash', 1_000, 400)]
  const { bars, ...rest } = waterfallOf({ spans, errors: [], files: [file()] })
  expect(rest).toEqual({ startedAt: 1_000, totalMs: 4_000, searchableMs: 4_000 })
  expect(
    bars.map(({ what, startMs, durationMs, state }) => [what.name, startMs, durationMs, state]),
  ).toEqual([
    ['browser.hash', 0, 400, 'ok'],
    ['POST /upload/request', 500, 20, 'ok'],
    ['turn', 1_000, 500, 'wait'],
    ['probe', 1_500, 200, 'ok'],
    ['extract', 1_700, 1_300, 'failed'],
    ['link', 3_000, 1_000, 'ok'],
  ])
})

it('says nothing of being findable before all files are, nor of a trace without files', () => {
  const spans = [span('POST /x', 10, 5, 1)]
  const late = file({ searchable_at: null, version_id: 'w' })
  expect(waterfallOf({ spans, errors: [], files: [file(), late] }).searchableMs).toBeUndefined()
  const alone = waterfallOf({ spans, errors: [], files: [] })
  expect(alone).toMatchObject({ totalMs: 5, bars: [{ state: 'failed' }] })
  expect(alone.searchableMs).toBeUndefined()
})

it('draws a trace of which nothing but a failure is left', () => {
  const error = {
    code: 'internal',
    reason: null,
    message: 'No.',
    operation: 'GET /x',
    stack: null,
    at: 7,
  }
  expect(waterfallOf({ spans: [], errors: [error], files: [] })).toEqual({
    startedAt: 7,
    totalMs: 0,
    bars: [],
  })
})

it('draws how a file became findable while its preview was still being made', () => {
  const steps = [
    { step: 'index', state: 'done', started_at: 4_000, duration_ms: 900 },
    { step: 'preview', state: 'done', started_at: 4_000, duration_ms: 3_000 },
  ] as const
  const { bars } = waterfallOf({ spans: [], errors: [], files: [file({ steps: [...steps] })] })
  expect(bars.find(({ what }) => what.name === 'link')).toMatchObject({
    startMs: 2_900,
    durationMs: 100,
  })
})
