import { createHash, randomBytes } from 'node:crypto'
import { readdir, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { diskBlobStore } from '../adapters/disk/blob-store.ts'
import { crc32c } from '../core/crc32c.ts'
import { recover } from '../core/upkeep/recover.ts'
import { sweep } from '../core/upkeep/sweep.ts'
import { type Ask, type ServerWorld, serverWorld } from '../tests/server-world.ts'
import { createApp } from './app.ts'

const PART_BYTES = 1000
const FILE = randomBytes(3500)
const HOUR_MS = 3_600_000
const upload = { urlTtlMs: 15 * 60_000, maxBytes: 2 ** 30, partBytes: PART_BYTES }

type Fields = Record<string, unknown> & { doc_id: string; s3_presigned_url: string }

async function sender() {
  const world = await serverWorld({ upload }, 'disk')
  const { token, id } = await world.person('ada')
  const book = await world.shelf('Work', 'Plans')
  await world.grant(id, 'contributor', { bookId: book.id })
  const json = async (method: string, path: string, body?: unknown): Promise<Fields> =>
    (await world.ask(method, path, { token, ...(body !== undefined && { json: body }) })).json()
  const wish = {
    doc_name: 'plan.bin',
    doc_hash_256: sha256(FILE),
    file_size: FILE.length,
    chapter_id: book.chapters[0],
    idempotency_key: 'once',
  }
  return {
    world,
    token,
    json,
    wish,
    request: (change = {}) => json('POST', '/upload/request', { ...wish, ...change }),
    state: (doc_id: string) => json('GET', `/upload/${doc_id}`),
    complete: (doc_id: string) => json('POST', '/upload/complete', { doc_id }),
  }
}

const part = (number: number) => FILE.subarray((number - 1) * PART_BYTES, number * PART_BYTES)

/** Sends a part with the checksum a browser gives, or with `headers`. */
const put = (
  world: Pick<ServerWorld, 'ask'>,
  url: string,
  number: number,
  { body = part(number), headers }: Pick<Ask, 'headers'> & { body?: Buffer } = {},
) =>
  world.ask('PUT', `${url}?part=${number}`, {
    body: new Uint8Array(body),
    headers: headers ?? { 'x-part-crc32c': crcHex(part(number)) },
  })

it('takes a file in parts, in any order, and tells which are there', async () => {
  const on = await sender()
  const asked = await on.request()
  expect(asked).toMatchObject({ part_size: PART_BYTES, parts: 4, challenge: null })
  const url = asked.s3_presigned_url
  const first = await put(on.world, url, 4)
  expect([first.status, await first.json()]).toMatchObject([
    200,
    { doc_id: asked.doc_id, status: 'UPLOAD_URL_GENERATED', received_bytes: 500 },
  ])
  expect((await put(on.world, url, 2)).status).toBe(200)
  expect(await on.state(asked.doc_id)).toMatchObject({
    status: 'UPLOAD_URL_GENERATED',
    part_size: PART_BYTES,
    parts: 4,
    received_parts: [2, 4],
    received_bytes: 1500,
  })
  expect(await on.complete(asked.doc_id)).toMatchObject({
    status: 409,
    reason: 'NOT_RECEIVED',
    message: expect.stringMatching(/^2 of the 4 parts/),
  })
  await Promise.all([put(on.world, url, 1), put(on.world, url, 3)])
  expect(await on.state(asked.doc_id)).toMatchObject({
    status: 'UPLOAD_RECEIVED',
    received_bytes: 3500,
  })
  const done = await on.complete(asked.doc_id)
  expect(done).toMatchObject({ status: 'UPLOAD_COMPLETE', doc_id: asked.doc_id })
  expect(await on.complete(asked.doc_id)).toEqual(done)
  expect(await content(on, done)).toEqual(FILE)
  expect(await received(on.world)).toEqual([])
})

it('stores an impatient sender’s file once', async () => {
  const on = await sender()
  const { doc_id, s3_presigned_url } = await on.request({ on_conflict: 'keep_both' })
  for (const number of [1, 2, 3, 4]) await put(on.world, s3_presigned_url, number)
  const answers = await Promise.all([1, 2, 3].map(() => on.complete(doc_id)))
  expect(new Set(answers.map(({ version_id }) => version_id)).size).toBe(1)
  expect(answers).toMatchObject(Array(3).fill({ status: 'UPLOAD_COMPLETE' }))
  expect(await on.json('GET', '/api/v1/documents')).toMatchObject({ items: [{ id: doc_id }] })
})

it('says the same keys of a small file, which goes whole', async () => {
  const on = await sender()
  const small = await on.request({ file_size: PART_BYTES, idempotency_key: 'small' })
  const large = await on.request()
  expect(Object.keys(small)).toEqual(Object.keys(large))
  expect(small).toMatchObject({ part_size: null, parts: null })
  const answer = await put(on.world, small.s3_presigned_url, 1)
  expect([answer.status, await answer.json()]).toMatchObject([400, { reason: 'NO_SUCH_PART' }])
})

it.each([
  ['CRC-32C in hex', (b: Buffer) => ({ 'x-part-crc32c': crcHex(b).toUpperCase() })],
  ['CRC-32C in base64', (b: Buffer) => ({ 'x-part-crc32c': base64(crcHex(b)) })],
  ['SHA-256', (b: Buffer) => ({ 'x-part-sha256': sha256(b) })],
  ['MD5', (b: Buffer) => ({ 'content-md5': base64(hash('md5', b)) })],
])('verifies the %s of a part', async (_, headersOf) => {
  const on = await sender()
  const { doc_id, s3_presigned_url: url } = await on.request()
  const headers = headersOf(part(1))
  const wrong = await put(on.world, url, 1, { headers, body: Buffer.alloc(PART_BYTES) })
  expect([wrong.status, await wrong.json()]).toMatchObject([422, { reason: 'PART_MISMATCH' }])
  expect(await on.state(doc_id)).toMatchObject({ received_parts: [], received_bytes: 0 })
  expect((await put(on.world, url, 1, { headers })).status).toBe(200)
  expect(await on.state(doc_id)).toMatchObject({ received_parts: [1] })
})

it('refuses a part of the wrong length, or without a checksum that is one', async () => {
  const on = await sender()
  const { s3_presigned_url: url } = await on.request()
  const short = await put(on.world, url, 1, { body: part(4) })
  expect([short.status, await short.json()]).toMatchObject([422, { reason: 'PART_MISMATCH' }])
  for (const headers of [{}, { 'x-part-crc32c': 'e306928' }, { 'content-md5': 'x' }]) {
    const answer = await put(on.world, url, 1, { headers: headers as Record<string, string> })
    expect([answer.status, await answer.json()]).toMatchObject([400, { reason: 'PART_CHECKSUM' }])
  }
})

it('goes on after a restart of the server, by a new address', async () => {
  const on = await sender()
  const before = await on.request()
  for (const number of [1, 3]) await put(on.world, before.s3_presigned_url, number)
  const ask = await restarted(on.world)
  const json = { ...on.wish, doc_name: 'plan.bin' }
  const after = (await (
    await ask('POST', '/upload/request', { token: on.token, json })
  ).json()) as Fields
  expect(after).toMatchObject({ doc_id: before.doc_id, parts: 4 })
  expect(after.s3_presigned_url).not.toBe(before.s3_presigned_url)
  expect((await put({ ask }, before.s3_presigned_url, 2)).status).toBe(404)
  expect(await on.state(after.doc_id)).toMatchObject({ received_parts: [1, 3] })
  for (const number of [2, 4]) await put({ ask }, after.s3_presigned_url, number)
  expect(await content(on, await on.complete(after.doc_id))).toEqual(FILE)
})

it('asks for nothing more when all parts are there', async () => {
  const on = await sender()
  const { doc_id, s3_presigned_url } = await on.request()
  for (const number of [1, 2, 3, 4]) await put(on.world, s3_presigned_url, number)
  expect(await on.request()).toMatchObject({
    doc_id,
    status: 'UPLOAD_RECEIVED',
    s3_presigned_url: null,
  })
  expect(await on.complete(doc_id)).toMatchObject({ status: 'UPLOAD_COMPLETE' })
})

it('keeps nothing when the parts make another file than the declared one', async () => {
  const on = await sender()
  const { doc_id, s3_presigned_url } = await on.request({ doc_hash_256: sha256(part(1)) })
  for (const number of [1, 2, 3, 4]) await put(on.world, s3_presigned_url, number)
  expect(await on.complete(doc_id)).toMatchObject({ status: 422, reason: 'HASH_MISMATCH' })
  expect(await on.state(doc_id)).toMatchObject({ status: 'UPLOAD_FAILED', received_parts: [] })
  expect(await received(on.world)).toEqual([])
  expect(await on.request()).toMatchObject({ doc_id, status: 'UPLOAD_URL_GENERATED' })
  expect(await on.state(doc_id)).toMatchObject({ received_parts: [] })
})

it.each([
  ['changed', (file: string) => writeFile(file, 'X', { flag: 'r+' }), 'HASH_MISMATCH'],
  ['were cut', (file: string) => truncate(file, 10), 'SIZE_MISMATCH'],
])('finds bytes that %s on the disk', async (_, damage, reason) => {
  const on = await sender()
  const { doc_id, s3_presigned_url } = await on.request()
  for (const number of [1, 2, 3, 4]) await put(on.world, s3_presigned_url, number)
  await damage(join(on.world.root, 'received', `${doc_id}.parts`))
  expect(await on.complete(doc_id)).toMatchObject({ status: 422, reason })
})

it('takes a large file whole all the same, and starts that over at every request', async () => {
  const on = await sender()
  const asked = await on.request()
  await put(on.world, asked.s3_presigned_url, 1)
  const whole = { body: new Uint8Array(FILE) }
  expect((await on.world.ask('PUT', asked.s3_presigned_url, whole)).status).toBe(200)
  const again = await on.request()
  expect(await on.state(again.doc_id)).toMatchObject({ received_parts: [], received_bytes: 0 })
  expect(await received(on.world)).toEqual([])
  for (const number of [1, 2, 3, 4]) await put(on.world, again.s3_presigned_url, number)
  expect(await content(on, await on.complete(again.doc_id))).toEqual(FILE)
})

it('leaves a row, and not a byte, of what was abandoned', async () => {
  const on = await sender()
  const { doc_id, s3_presigned_url } = await on.request()
  await put(on.world, s3_presigned_url, 1)
  const { clock } = on.world.ports
  clock.advance(20 * HOUR_MS)
  const times = {
    graceMs: HOUR_MS,
    trashMs: HOUR_MS,
    uploadMs: 24 * HOUR_MS,
    endedUploadMs: 24 * HOUR_MS,
  }
  const again = await on.request()
  await put(on.world, again.s3_presigned_url, 2)
  clock.advance(20 * HOUR_MS)
  expect(await sweep(on.world.ports, times)).toMatchObject({ uploadsExpired: 0 })
  clock.advance(5 * HOUR_MS)
  expect(await sweep(on.world.ports, times)).toMatchObject({ uploadsExpired: 1 })
  expect(await received(on.world)).toEqual([])
  expect(await on.state(doc_id)).toMatchObject({ status: 'UPLOAD_EXPIRED', received_parts: [] })
})

it('removes at its start what a crash left of an upload that had ended', async () => {
  const on = await sender()
  const { doc_id, s3_presigned_url } = await on.request()
  await put(on.world, s3_presigned_url, 1)
  const { catalog, blobs, clock } = on.world.ports
  const other = await on.request({ idempotency_key: 'other' })
  await put(on.world, other.s3_presigned_url, 1)
  await catalog.uploads.move(doc_id, 'UPLOAD_FAILED', {}, clock.now())
  await recover({ catalog, blobs, clock })
  expect(await received(on.world)).toEqual([`${other.doc_id}.parts`])
})

/** The same box, its data folder taken up by a new process. */
async function restarted(world: ServerWorld): Promise<ServerWorld['ask']> {
  const blobs = await diskBlobStore(world.root)
  await recover({ ...world.ports, blobs })
  const app = createApp({ ...world.ports, blobs }, { dataDir: world.root, upload })
  onTestFinished(() => app.shut())
  return async (method, path, { token, json, body, headers } = {}) =>
    app.request(`http://box${path}`, {
      method,
      headers: {
        ...headers,
        ...(token && { authorization: `Bearer ${token}` }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body }),
      ...(json !== undefined && { body: JSON.stringify(json) }),
    })
}

async function content(
  { world, token }: { world: ServerWorld; token: string },
  { document_id }: Fields,
): Promise<Buffer> {
  const answer = await world.ask('GET', `/api/v1/documents/${document_id}/content`, { token })
  return Buffer.from(await answer.arrayBuffer())
}

const received = (world: ServerWorld) => readdir(join(world.root, 'received'))
const hash = (kind: string, bytes: Buffer) => createHash(kind).update(bytes).digest('hex')
const sha256 = (bytes: Buffer) => hash('sha256', bytes)
const crcHex = (bytes: Buffer) => crc32c(bytes).toString(16).padStart(8, '0')
const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64')
