import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { type SweepTimes, sweep } from '../core/upkeep/sweep.ts'
import { usage } from '../core/upkeep/usage.ts'
import { serverWorld } from '../tests/server-world.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const PART_BYTES = 1000
const TIMES: SweepTimes = {
  graceMs: HOUR_MS,
  trashMs: DAY_MS,
  uploadMs: DAY_MS,
  endedUploadMs: 365 * DAY_MS,
}

interface Listed {
  doc_id: string
  status: string
  doc_name: string
  arrived_bytes: number
  error_code: string | null
}

async function sender() {
  const upload = { urlTtlMs: 15 * 60_000, maxBytes: 2 ** 30, partBytes: PART_BYTES }
  const world = await serverWorld({ upload }, 'disk')
  const { token, id } = await world.person('ada')
  const book = await world.shelf('Work', 'Plans')
  await world.grant(id, 'contributor', { bookId: book.id })
  const ask = (method: string, path: string, json?: unknown) =>
    world.ask(method, path, { token, ...(json !== undefined && { json }) })
  const request = async (doc_name: string, file_size: number, idempotency_key = doc_name) => {
    const json = { doc_name, file_size, chapter_id: book.chapters[0], idempotency_key }
    const asked = await ask('POST', '/upload/request', json)
    return (await asked.json()) as { doc_id: string; s3_presigned_url: string }
  }
  return {
    world,
    userId: id,
    ask,
    request,
    sendPart: (url: string, number: number) =>
      world.ask('PUT', `${url}?part=${number}`, {
        body: new Uint8Array(PART_BYTES),
        headers: { 'x-part-sha256': ZEROS_SHA256 },
      }),
    list: async (query = '') => {
      const answer = await ask('GET', `/api/v1/uploads${query}`)
      return (await answer.json()) as { items: Listed[]; next_cursor: string | null }
    },
    dismiss: async (docId: string) =>
      (await ask('POST', `/api/v1/uploads/${docId}/dismiss`)).status,
  }
}

const ZEROS_SHA256 = '541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53'

it('tells the owner of an abandoned upload what had arrived, and the audit too', async () => {
  const on = await sender()
  const { doc_id, s3_presigned_url } = await on.request('plan.mp4', 3500)
  for (const number of [1, 3]) {
    expect((await on.sendPart(s3_presigned_url, number)).status).toBe(200)
  }
  expect((await on.list('?state=open')).items).toMatchObject([{ doc_id, arrived_bytes: 2000 }])
  expect((await on.list('?state=ended')).items).toEqual([])
  const { ports } = on.world
  ports.clock.advance(25 * HOUR_MS)
  const swept = await sweep(ports, TIMES)
  expect(swept).toMatchObject({ uploadsExpired: 1, uploadBytesReclaimed: 2000 })

  const [ended] = (await on.list('?state=ended')).items
  expect(ended).toMatchObject({
    doc_id,
    status: 'UPLOAD_EXPIRED',
    doc_name: 'plan.mp4',
    file_size: 3500,
    arrived_bytes: 2000,
    dismissed_at: null,
  })
  expect((await usage(ports)).sweptBytes).toBe(2000)
  const events = await ports.catalog.journal.events('all', on.userId, 0, 100)
  expect(events).toContainEqual(
    expect.objectContaining({ kind: 'upload', payload: { upload_id: doc_id, change: 'expired' } }),
  )
  const { items } = await ports.catalog.journal.auditPage(10)
  expect(items).toContainEqual(
    expect.objectContaining({
      action: 'upload.expire',
      subject: `upload:${doc_id}`,
      detail: { swept_bytes: 2000, size_bytes: 3500 },
    }),
  )
})

it('shows an ended upload until its owner puts it away, and to nobody else', async () => {
  const on = await sender()
  const { doc_id } = await on.request('plan.mp4', 10)
  expect(await on.dismiss(doc_id)).toBe(409)
  on.world.ports.clock.advance(25 * HOUR_MS)
  await sweep(on.world.ports, TIMES)
  const other = await on.world.person('bob', 'admin')
  const path = `/api/v1/uploads/${doc_id}/dismiss`
  expect((await on.world.ask('POST', path, { token: other.token })).status).toBe(404)
  const theirs = await on.world.ask('GET', '/api/v1/uploads', { token: other.token })
  expect(await theirs.json()).toEqual({ items: [], next_cursor: null })

  expect((await on.list('?state=ended')).items).toHaveLength(1)
  expect(await on.dismiss(doc_id)).toBe(204)
  expect(await on.dismiss(doc_id)).toBe(204)
  expect((await on.list('?state=ended')).items).toEqual([])
  expect((await on.list()).items).toMatchObject([{ doc_id, status: 'UPLOAD_EXPIRED' }])
})

it('begins anew with an upload that had ended, and its news is no news any more', async () => {
  const on = await sender()
  const { doc_id } = await on.request('plan.mp4', 10)
  on.world.ports.clock.advance(25 * HOUR_MS)
  await sweep(on.world.ports, TIMES)
  await on.dismiss(doc_id)
  expect((await on.request('plan.mp4', 10)).doc_id).toBe(doc_id)
  expect((await on.list('?state=open')).items).toMatchObject([
    { doc_id, arrived_bytes: 0, dismissed_at: null },
  ])
})

it('needs no news of a file that is sent again under its name', async () => {
  const on = await sender()
  const other = await on.request('other.mp4', 10)
  await on.request('plan.mp4', 10)
  on.world.ports.clock.advance(25 * HOUR_MS)
  await sweep(on.world.ports, TIMES)
  await on.request('plan.mp4', 11, 'another key')
  expect((await on.list('?state=ended')).items).toMatchObject([{ doc_id: other.doc_id }])
})

it('tells why an upload failed', async () => {
  const on = await sender()
  const { s3_presigned_url } = await on.request('plan.mp4', 10)
  const short = { body: new Uint8Array(randomBytes(10)).subarray(1) }
  expect((await on.world.ask('PUT', s3_presigned_url, short)).status).toBe(422)
  expect((await on.list('?state=ended')).items).toMatchObject([
    { status: 'UPLOAD_FAILED', error_code: 'digest_mismatch' },
  ])
})

it('keeps the record of what came to nothing longer than that of what was stored', async () => {
  const on = await sender()
  const stored = await on.request('stored.txt', 3)
  await on.world.ask('PUT', stored.s3_presigned_url, { body: 'abc' })
  const complete = await on.ask('POST', '/upload/complete', { doc_id: stored.doc_id })
  expect(complete.status).toBe(200)
  await on.request('left.txt', 10)
  const { ports } = on.world
  const namesAfter = async (ms: number) => {
    ports.clock.advance(ms)
    await sweep(ports, TIMES)
    const { items } = await ports.catalog.uploads.list('all', on.userId, { limit: 10 })
    return items.map(({ name }) => name).sort()
  }
  expect(await namesAfter(25 * HOUR_MS)).toEqual(['left.txt', 'stored.txt'])
  expect(await namesAfter(91 * DAY_MS)).toEqual(['left.txt'])
  expect(await namesAfter(365 * DAY_MS)).toEqual([])
})

it('lists many a page at a time, newest first', async () => {
  const on = await sender()
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    await on.request(name, 1)
    on.world.ports.clock.advance(1)
  }
  const names: string[] = []
  let cursor: string | null = ''
  do {
    const page = await on.list(`?limit=2${cursor && `&cursor=${cursor}`}`)
    names.push(...page.items.map((item) => item.doc_name))
    cursor = page.next_cursor
  } while (cursor)
  expect(names).toEqual(['e', 'd', 'c', 'b', 'a'])
})
