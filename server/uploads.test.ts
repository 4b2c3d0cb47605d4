import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { settleArrivals } from '../core/ingest/settle.ts'
import { type FormField, formOf, type ServerWorld, serverWorld } from '../tests/server-world.ts'

const TEXT = 'The bridge stands since 1932.'
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

async function contributor(world: ServerWorld) {
  const { token, id } = await world.person('ada')
  const book = await world.shelf('Work', 'Plans')
  await world.grant(id, 'contributor', { bookId: book.id })
  return { token, chapterId: book.chapters[0] ?? '' }
}

/** Every file below the data folder that holds bytes of somebody. */
async function keptFiles(root: string): Promise<string[]> {
  const folders = ['staging', 'received', 'blobs'].map((name) => join(root, name))
  const found = await Promise.all(
    folders.map((folder) => readdir(folder, { recursive: true, withFileTypes: true })),
  )
  return found.flat().flatMap((entry) => (entry.isFile() ? [entry.name] : []))
}

const request = async (world: ServerWorld, token: string, json: Record<string, unknown>) =>
  (await (await world.ask('POST', '/upload/request', { token, json })).json()) as Record<
    string,
    string
  >

it('takes a file in three steps and says where it is', async () => {
  const world = await serverWorld()
  const { token, chapterId } = await contributor(world)
  const wish = {
    doc_name: 'bridge.txt',
    doc_hash_256: sha256(TEXT).toUpperCase(),
    file_size: TEXT.length,
    chapter_id: chapterId,
    folder: '/notes/2026/',
    idempotency_key: 'once',
  }
  const asked = await request(world, token, wish)
  expect(asked).toMatchObject({
    status: 'UPLOAD_URL_GENERATED',
    part_size: null,
    parts: null,
    challenge: null,
  })
  expect(asked.s3_presigned_url).toMatch(/^\/u\/[\w-]{43}$/)

  const put = await world.ask('PUT', asked.s3_presigned_url ?? '', { body: TEXT })
  expect([put.status, await put.json()]).toMatchObject([
    200,
    { doc_id: asked.doc_id, status: 'UPLOAD_RECEIVED', received_bytes: TEXT.length },
  ])
  const json = { doc_id: asked.doc_id }
  const complete = await (await world.ask('POST', '/upload/complete', { token, json })).json()
  expect(complete).toMatchObject({ status: 'UPLOAD_COMPLETE', doc_id: asked.doc_id })

  const { document_id, job_id } = complete as Record<string, string>
  const document = await world.ask('GET', `/api/v1/documents/${document_id}`, { token })
  expect(await document.json()).toMatchObject({
    name: 'bridge.txt',
    folder: 'notes/2026',
    role: 'contributor',
    current_version: { number: 1, size_bytes: TEXT.length },
    details: { sha256: sha256(TEXT) },
    understanding: 'waiting',
    job_id,
  })
  const job = await world.ask('GET', `/api/v1/jobs/${job_id}`, { token })
  expect(await job.json()).toMatchObject({ document: { name: 'bridge.txt', book: 'Work' } })

  const again = await request(world, token, wish)
  expect(again).toMatchObject({ status: 'UPLOAD_COMPLETE', s3_presigned_url: null })
  const state = await world.ask('GET', `/upload/${asked.doc_id}`, { token })
  expect(await state.json()).toMatchObject({ status: 'UPLOAD_COMPLETE', document_id })
})

it.each([
  ['other bytes than declared', 'The bridge stands since 1933.', 'HASH_MISMATCH'],
  ['fewer bytes than declared', TEXT.slice(1), 'SIZE_MISMATCH'],
  ['more bytes than declared', `${TEXT}!`, 'SIZE_MISMATCH'],
])('answers 422 to %s and keeps nothing', async (_, sent, reason) => {
  const world = await serverWorld({}, 'disk')
  const { token, chapterId } = await contributor(world)
  const { s3_presigned_url = '', doc_id } = await request(world, token, {
    doc_name: 'bridge.txt',
    doc_hash_256: sha256(TEXT),
    file_size: TEXT.length,
    chapter_id: chapterId,
  })
  const put = await world.ask('PUT', s3_presigned_url, { body: sent })
  expect([put.status, await put.json()]).toMatchObject([
    422,
    { code: 'digest_mismatch', reason, trace_id: put.headers.get('x-trace-id') },
  ])
  expect(await keptFiles(world.root)).toEqual([])
  const complete = await world.ask('POST', '/upload/complete', { token, json: { doc_id } })
  expect(complete.status).toBe(409)
})

it('lets an address be used once, by nobody else, and not after its time', async () => {
  const world = await serverWorld()
  const { token, chapterId } = await contributor(world)
  const eve = await world.person('eve')
  const wish = { doc_name: 'a.txt', file_size: TEXT.length, chapter_id: chapterId }
  const first = (await request(world, token, wish)).s3_presigned_url ?? ''
  const put = async (path: string, by?: string) =>
    (await world.ask('PUT', path, { body: TEXT, ...(by && { token: by }) })).status
  expect(await put(first, eve.token)).toBe(404)
  expect(await put(first, token)).toBe(200)
  expect(await put(first, token)).toBe(404)
  const second = (await request(world, token, wish)).s3_presigned_url ?? ''
  world.ports.clock.advance(16 * 60_000)
  expect(await put(second)).toBe(404)
  expect(await put('/u/nonsense')).toBe(404)
})

it('refuses a hash that is none, naming the field', async () => {
  const world = await serverWorld()
  const { token } = await contributor(world)
  const json = { doc_name: 'a', file_size: 1, doc_hash_256: 'xyz' }
  const answer = await world.ask('POST', '/upload/request', { token, json })
  expect([answer.status, await answer.json()]).toMatchObject([
    400,
    {
      code: 'bad_request',
      reason: 'INVALID_HASH',
      message: expect.stringMatching(/^doc_hash_256/),
    },
  ])
})

it('takes a file in one call, under the last name of its path', async () => {
  const world = await serverWorld()
  const { token, chapterId } = await contributor(world)
  const form = formOf([
    ['chapter_id', chapterId],
    ['folder', 'notes'],
    ['unknown', 'is ignored'],
    ['file', TEXT, 'C:\\my\\bridge.txt'],
  ])
  const answer = await world.ask('POST', '/knowledge-base/upload', { token, ...form })
  const made = (await answer.json()) as Record<string, string>
  expect([answer.status, made]).toMatchObject([
    201,
    { id: made.document_id, doc_id: made.document_id, status: 'UPLOAD_COMPLETE' },
  ])
  const list = await world.ask('GET', `/api/v1/documents?chapter=${chapterId}&folder=notes`, {
    token,
  })
  expect(await list.json()).toMatchObject({
    items: [{ name: 'bridge.txt', current_version: { door: 'api' } }],
    next_cursor: null,
  })
})

it.each([
  ['a field after the file', 'FIELD_AFTER_FILE', ['file', TEXT, 'a.txt'], ['folder', 'late']],
  ['a second file', 'SECOND_FILE', ['file', TEXT, 'a.txt'], ['file', TEXT, 'b.txt']],
  ['no file', 'FILE_MISSING', ['folder', 'x']],
  ['a wrong choice', 'INVALID_INPUT', ['on_conflict', 'burn'], ['file', TEXT, 'a.txt']],
  ['a file without a name', 'INVALID_NAME', ['file', TEXT]],
] as [string, string, ...FormField[]][])(
  'refuses a form with %s and keeps nothing',
  async (_, reason, ...parts) => {
    const world = await serverWorld({}, 'disk')
    const { token, chapterId } = await contributor(world)
    const form = formOf([['chapter_id', chapterId], ...parts])
    const answer = await world.ask('POST', '/knowledge-base/upload', { token, ...form })
    expect([answer.status, await answer.json()]).toMatchObject([400, { reason }])
    expect(await keptFiles(world.root)).toEqual([])
  },
)

it('refuses a body that is no form, and a form that breaks off', async () => {
  const world = await serverWorld({}, 'disk')
  const { token, chapterId } = await contributor(world)
  const json = await world.ask('POST', '/knowledge-base/upload', { token, json: {} })
  expect(json.status).toBe(415)
  const form = formOf([
    ['chapter_id', chapterId],
    ['file', TEXT, 'a.txt'],
  ])
  const body = String(form.body).slice(0, -12)
  const answer = await world.ask('POST', '/knowledge-base/upload', { token, ...form, body })
  expect([answer.status, await answer.json()]).toMatchObject([400, { reason: 'MULTIPART' }])
  expect(await keptFiles(world.root)).toEqual([])
})

it('tells of a hash only to those who can read a file with it', async () => {
  const world = await serverWorld()
  const { token, chapterId } = await contributor(world)
  const eve = await world.person('eve')
  const form = formOf([
    ['chapter_id', chapterId],
    ['file', TEXT, 'bridge.txt'],
  ])
  const made = await (await world.ask('POST', '/knowledge-base/upload', { token, ...form })).json()
  const { version_id, document_id } = made as Record<string, string>
  await settleArrivals(world.ports)
  await world.ports.catalog.ingest.markLinked(version_id ?? '', world.ports.clock.now())
  const check = async (by: string, text: string) => {
    const json = { sha256: sha256(text), provider_id: 'gemini' }
    const path = '/api/v1/assets/check-by-hash'
    return (await world.ask('POST', path, { token: by, json })).text()
  }
  expect(JSON.parse(await check(token, TEXT))).toMatchObject({ exists: true, document_id })
  expect(await check(eve.token, TEXT)).toBe(await check(eve.token, 'nobody has this'))
})

it('refuses files that would leave less on the disk than its reserve', async () => {
  const world = await serverWorld({}, 'full')
  const { token, chapterId } = await contributor(world)
  const wish = { doc_name: 'a.txt', file_size: TEXT.length, chapter_id: chapterId }
  const form = formOf([
    ['chapter_id', chapterId],
    ['file', TEXT, 'a.txt'],
  ])
  for (const answer of [
    await world.ask('POST', '/upload/request', { token, json: wish }),
    await world.ask('POST', '/knowledge-base/upload', { token, ...form }),
  ]) {
    expect([answer.status, await answer.json()]).toMatchObject([507, { reason: 'DISK_RESERVE' }])
  }
})

it('refuses files that are larger than it takes, however they come', async () => {
  const world = await serverWorld(
    { upload: { urlTtlMs: 1000, maxBytes: 10, partBytes: 5 } },
    'disk',
  )
  const { token, chapterId } = await contributor(world)
  const wish = { doc_name: 'a.txt', file_size: TEXT.length, chapter_id: chapterId }
  const form = formOf([
    ['chapter_id', chapterId],
    ['file', TEXT, 'a.txt'],
  ])
  for (const answer of [
    await world.ask('POST', '/upload/request', { token, json: wish }),
    await world.ask('POST', '/knowledge-base/upload', { token, ...form }),
  ]) {
    expect([answer.status, await answer.json()]).toMatchObject([413, { reason: 'FILE_TOO_LARGE' }])
  }
  expect(await keptFiles(world.root)).toEqual([])
})

it('is one trace, however many calls it takes', async () => {
  const world = await serverWorld()
  const { token, chapterId } = await contributor(world)
  const wish = { doc_name: 'a.txt', file_size: TEXT.length, chapter_id: chapterId }
  const { doc_id, s3_presigned_url = '', trace_id } = await request(world, token, wish)
  world.ports.clock.advance(1)
  const put = await world.ask('PUT', s3_presigned_url, { body: TEXT })
  world.ports.clock.advance(1)
  const complete = await world.ask('POST', '/upload/complete', { token, json: { doc_id } })
  expect([put, complete].map(({ headers }) => headers.get('x-trace-id'))).toEqual([
    trace_id,
    trace_id,
  ])
  const document = await world.ask('GET', `/api/v1/documents/${doc_id}`, { token })
  expect(await document.json()).toMatchObject({ trace_id })
  const trace = await world.ask('GET', `/api/v1/traces/${trace_id}`, { token })
  const { spans } = (await trace.json()) as { spans: { operation: string }[] }
  expect(spans.map(({ operation }) => operation)).toEqual([
    'POST /upload/request',
    'PUT /u/:token',
    'POST /upload/complete',
  ])
})
