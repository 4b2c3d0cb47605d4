import { expect, it } from 'vitest'
import { type ServerWorld, serverWorld } from '../tests/server-world.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'

interface Told {
  spans: { operation: string; status: string; calls: number; failed_calls: number }[]
  errors: { code: string; reason: string | null; stack: string | null }[]
  files: { name: string; searchable_at: number | null }[]
}

async function ada(world: ServerWorld) {
  const { token, id } = await world.person('ada')
  const book = await world.shelf('Work', 'Plans')
  await world.grant(id, 'contributor', { bookId: book.id })
  const [chapterId] = book.chapters
  const request = async (key: string, traceId: string) => {
    const answer = await world.ask('POST', '/upload/request', {
      token,
      headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
      json: { doc_name: 'plan.txt', file_size: 3, chapter_id: chapterId, idempotency_key: key },
    })
    return (await answer.json()) as { doc_id: string; s3_presigned_url: string; trace_id: string }
  }
  const trace = async () =>
    (await (await world.ask('GET', `/api/v1/traces/${TRACE}`, { token })).json()) as Told
  return { token, request, trace }
}

it('tells an upload as one trace, whatever calls it takes and whatever ids they send', async () => {
  const world = await serverWorld()
  const { token, request, trace } = await ada(world)
  const first = await request('one', TRACE)
  const wrong = await world.ask('PUT', first.s3_presigned_url, { token, body: 'no' })
  expect([wrong.status, wrong.headers.get('x-trace-id')]).toEqual([422, TRACE])
  world.ports.clock.advance(1_000)
  const again = await request('one', 'f'.repeat(32))
  expect(again.trace_id).toBe(TRACE)
  await world.ask('PUT', again.s3_presigned_url, { token, body: 'yes' })
  const done = await world.ask('POST', '/upload/complete', {
    token,
    json: { doc_id: again.doc_id },
  })
  expect(done.headers.get('x-trace-id')).toBe(TRACE)
  const { spans, files, errors } = await trace()
  expect(spans).toMatchObject([
    { operation: 'POST /upload/request', calls: 2, failed_calls: 0 },
    { operation: 'PUT /u/:token', status: '200', calls: 2, failed_calls: 1 },
    { operation: 'POST /upload/complete', status: '200', calls: 1 },
  ])
  expect(files).toMatchObject([{ name: 'plan.txt', searchable_at: null }])
  expect(errors).toMatchObject([{ code: 'digest_mismatch', stack: null }])
  const metrics = await (await world.ask('GET', '/metrics', await root(world))).text()
  expect(metrics).toContain('onefold_upload_urls_total{kind="first"} 1')
  expect(metrics).toContain('onefold_upload_urls_total{kind="again"} 1')
})

it('writes down what was refused with its trace, without a stack and not in the log', async () => {
  const world = await serverWorld()
  const { token } = await ada(world)
  const refused = await world.ask('POST', '/upload/request', {
    token,
    json: { doc_name: 'a/b', file_size: -1, doc_hash_256: 'ab'.repeat(32) },
  })
  expect(refused.status).toBe(400)
  const traceId = refused.headers.get('x-trace-id') ?? ''
  const { errors } = await world.ports.catalog.journal.trace(traceId)
  expect(errors).toMatchObject([{ operation: 'POST /upload/request', code: 'bad_request' }])
  expect(errors[0]?.stack).toBeUndefined()
  expect(JSON.stringify(errors)).not.toContain('abab')
  expect(world.logged.some(({ message }) => message === 'A request failed.')).toBe(false)
})

it('does not write a row for everybody who knocks without a credential', async () => {
  const world = await serverWorld()
  const answer = await world.ask('POST', '/upload/request', { json: {} })
  expect(answer.status).toBe(401)
  const traceId = answer.headers.get('x-trace-id') ?? ''
  expect((await world.ports.catalog.journal.trace(traceId)).errors).toEqual([])
})

it('keeps of a flood of calls no more rows than it may', async () => {
  const world = await serverWorld()
  const flood = Array.from({ length: 6_000 }, () => world.ask('POST', '/not/there', {}))
  await Promise.all(flood)
  const metrics = await (await world.ask('GET', '/metrics', await root(world))).text()
  const [, leftOut] = /onefold_traces_left_out_total (\d+)/.exec(metrics) ?? []
  expect(Number(leftOut)).toBe(1_000)
})

it('takes spans of browsers with their bounds', async () => {
  const world = await serverWorld()
  const { token, request, trace } = await ada(world)
  await request('one', TRACE)
  const send = (spans: unknown[], trace_id = TRACE) =>
    world.ask('POST', '/api/v1/traces/spans', { token, json: { trace_id, spans } })
  const span = { work: 'hash', ago_ms: 50, duration_ms: 40 }
  expect((await send([span])).status).toBe(204)
  expect((await trace()).spans[0]).toMatchObject({ operation: 'browser.hash', status: 'ok' })
  expect((await send([{ ...span, work: 'anything' }])).status).toBe(400)
  expect((await send(Array.from({ length: 21 }, () => span))).status).toBe(400)
  expect((await send([span], 'A'.repeat(32))).status).toBe(400)
  expect((await send([span], 'e'.repeat(32))).status).toBe(404)
})

const root = async (world: ServerWorld) => ({ token: (await world.person('root', 'admin')).token })
