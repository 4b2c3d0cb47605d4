import { expect, it } from 'vitest'
import { newId } from '../core/ids.ts'
import { settleArrivals } from '../core/ingest/settle.ts'
import { serverWorld } from '../tests/server-world.ts'

const DAY_MS = 24 * 60 * 60_000

interface Level {
  objective: number
  windows: Record<string, unknown>[]
}

async function world() {
  const on = await serverWorld({ sloPerThousand: 900 })
  const { token, id } = await on.person('root', 'admin')
  const shelf = await on.shelf('Work', 'Plans')
  await on.grant(id, 'contributor', { bookId: shelf.id })
  const json = async (method: string, path: string, body?: unknown) => {
    const answer = await on.ask(method, path, { token, ...(body !== undefined && { json: body }) })
    return (await answer.json()) as Record<string, string>
  }
  const request = (change = {}) => {
    const [chapter_id] = shelf.chapters
    const wish = { doc_name: `${newId()}.txt`, file_size: 3, chapter_id, ...change }
    return json('POST', '/upload/request', wish)
  }
  const send = async (url = '', body = 'abc') =>
    (await (await on.ask('PUT', `${url}?complete=1`, { token, body })).json()) as Record<
      string,
      string
    >
  const level = () => json('GET', '/api/v1/admin/service-level') as unknown as Promise<Level>
  return { ...on, request, send, level }
}

it('says that nothing has ended yet', async () => {
  const on = await world()
  const { objective, windows } = await on.level()
  expect(objective).toBe(0.9)
  expect(windows.map(({ window, rate, budget_left }) => [window, rate, budget_left])).toEqual([
    ['24h', null, null],
    ['7d', null, null],
    ['30d', null, null],
  ])
})

it('counts how uploads ended, why they failed, and what is left of the objective', async () => {
  const on = await world()
  const { catalog, clock } = on.ports
  await on.request()
  clock.advance(2 * DAY_MS)
  const by = { traceId: 't', now: clock.now() }
  await catalog.uploads.expire(clock.now() - DAY_MS, 10, by)
  clock.advance(2 * DAY_MS)
  for (let i = 0; i < 18; i++) {
    const { s3_presigned_url: url } = await on.request()
    const { version_id: id = '' } = await on.send(url)
    await settleArrivals(on.ports)
    clock.advance(1000 * (i + 1))
    await catalog.ingest.markLinked(id, clock.now())
  }
  const wrong = await on.request({ doc_hash_256: 'a'.repeat(64) })
  await on.send(wrong.s3_presigned_url)
  const { windows } = await on.level()
  expect(windows[0]).toMatchObject({
    ended: 19,
    complete: 18,
    failed: [{ reason: 'HASH_MISMATCH', count: 1 }],
    rate: 18 / 19,
    budget_left: 1 - 1 / 1.9,
    searchable: { files: 18, p50_ms: 9000, p95_ms: 18_000 },
    renewed_uploads: 0,
    renewed_often: false,
  })
  expect(windows[1]).toMatchObject({
    ended: 20,
    failed: [
      { reason: 'HASH_MISMATCH', count: 1 },
      { reason: 'UPLOAD_EXPIRED', count: 1 },
    ],
    budget_left: 0,
  })
  const admin = { cookie: await on.signIn() }
  const metrics = await (await on.ask('GET', '/metrics', admin)).text()
  expect(metrics).toContain('onefold_slo_uploads{window="24h",how="complete"} 18')
  expect(metrics).toContain('onefold_slo_uploads{window="7d",how="UPLOAD_EXPIRED"} 1')
  expect(metrics).toContain('onefold_slo_error_budget_left_ratio{window="7d"} 0')
  expect(metrics).toContain('onefold_slo_searchable_seconds{window="24h",quantile="0.5"} 9')
})

it('warns when the addresses of many uploads are made anew', async () => {
  const on = await world()
  for (let i = 0; i < 10; i++) {
    const wish = { doc_name: `${i}.txt`, idempotency_key: `${i}` }
    await on.request(wish)
    const again = await on.request(wish)
    await on.send(again.s3_presigned_url)
  }
  const { windows } = await on.level()
  expect(windows[0]).toMatchObject({ ended: 10, renewed_uploads: 10, renewed_often: true })
})
