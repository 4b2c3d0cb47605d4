import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { serverWorld } from '../tests/server-world.ts'

const TEXT = Buffer.from('a small file')
const SHA256 = createHash('sha256').update(TEXT).digest('hex')
const PART_BYTES = 1000

interface Answer {
  doc_id: string
  status: string
  reason?: string
  document_id?: string
  version_id?: string
}

async function sender() {
  const upload = { urlTtlMs: 15 * 60_000, maxBytes: 2 ** 30, partBytes: PART_BYTES }
  const world = await serverWorld({ upload }, 'disk')
  const { token, id } = await world.person('ada')
  const book = await world.shelf('Work', 'Plans')
  const grant = await world.grant(id, 'contributor', { bookId: book.id })
  const request = async (change = {}) => {
    const json = {
      doc_name: 'plan.txt',
      file_size: TEXT.length,
      doc_hash_256: SHA256,
      chapter_id: book.chapters[0],
      ...change,
    }
    const asked = await world.ask('POST', '/upload/request', { token, json })
    return (await asked.json()) as { doc_id: string; s3_presigned_url: string }
  }
  const put = async (
    url: string,
    given: { body?: Buffer; token?: string; query?: string } = {},
  ) => {
    const { body = TEXT, query = '?complete=1' } = given
    const answer = await world.ask('PUT', url + query, {
      body: new Uint8Array(body),
      token: given.token ?? token,
    })
    return { httpStatus: answer.status, ...((await answer.json()) as Answer) }
  }
  const stateOf = async (docId: string) =>
    (await (await world.ask('GET', `/upload/${docId}`, { token })).json()) as Answer
  const left = async () => [
    ...(await readdir(join(world.root, 'staging'))),
    ...(await readdir(join(world.root, 'received'))),
  ]
  return { world, userId: id, token, book, grant, request, put, stateOf, left }
}

it('stores a file in one call after its request', async () => {
  const on = await sender()
  const { doc_id, s3_presigned_url } = await on.request()
  const stored = await on.put(s3_presigned_url)
  expect(stored).toMatchObject({ httpStatus: 200, status: 'UPLOAD_COMPLETE', doc_id })
  const path = `/api/v1/documents/${stored.document_id}/content`
  const content = await on.world.ask('GET', path, { token: on.token })
  expect(await content.text()).toBe(TEXT.toString())
  expect(await on.left()).toEqual([])
  expect(await on.stateOf(doc_id)).toMatchObject({
    status: 'UPLOAD_COMPLETE',
    document_id: stored.document_id,
    version_id: stored.version_id,
  })
  // An answer that was lost is had again, by either way to ask.
  expect(await on.put(s3_presigned_url)).toMatchObject({ reason: 'UPLOAD_URL_GONE' })
  const again = await on.world.ask('POST', '/upload/complete', {
    token: on.token,
    json: { doc_id },
  })
  expect(await again.json()).toMatchObject({ version_id: stored.version_id })
})

it('stores nothing of other bytes than the declared ones, and the upload can be tried again', async () => {
  const on = await sender()
  const { doc_id, s3_presigned_url } = await on.request({ idempotency_key: 'one' })
  const lie = Buffer.from(TEXT.toString().toUpperCase())
  expect(await on.put(s3_presigned_url, { body: lie })).toMatchObject({ httpStatus: 422 })
  expect(await on.stateOf(doc_id)).toMatchObject({ status: 'UPLOAD_FAILED' })
  expect(await on.left()).toEqual([])
  const fresh = await on.request({ idempotency_key: 'one' })
  expect(await on.put(fresh.s3_presigned_url)).toMatchObject({ status: 'UPLOAD_COMPLETE', doc_id })
})

it('asks for the credential of the one who asked, with the rights of now', async () => {
  const on = await sender()
  const { s3_presigned_url } = await on.request()
  const eve = await on.world.person('eve', 'admin')
  const reader = await on.world.person('ada', 'member', { scopes: ['read'] })
  expect(await on.put(s3_presigned_url, { token: '' })).toMatchObject({ httpStatus: 401 })
  expect(await on.put(s3_presigned_url, { token: eve.token })).toMatchObject({ httpStatus: 404 })
  expect(await on.put(s3_presigned_url, { token: reader.token })).toMatchObject({ httpStatus: 403 })
  await on.world.ports.catalog.library.removeGrant(on.grant.id)
  expect(await on.put(s3_presigned_url)).toMatchObject({ httpStatus: 404 })
})

it('refuses what goes in parts', async () => {
  const on = await sender()
  const big = Buffer.alloc(PART_BYTES + 1)
  const { s3_presigned_url } = await on.request({ file_size: big.length, doc_hash_256: null })
  for (const query of ['?complete=1', '?complete=1&part=1']) {
    const refused = await on.put(s3_presigned_url, { body: big, query })
    expect(refused, query).toMatchObject({ httpStatus: 400, reason: 'GOES_IN_PARTS' })
  }
})

it('makes one version of a file that is sent several times at once', async () => {
  const on = await sender()
  const { doc_id, s3_presigned_url } = await on.request()
  const answers = await Promise.all([1, 2, 3, 4].map(() => on.put(s3_presigned_url)))
  const stored = answers.filter(({ status }) => status === 'UPLOAD_COMPLETE')
  expect(stored).toHaveLength(1)
  const { versions } = on.world.ports.catalog.library
  expect(await versions('all', doc_id)).toHaveLength(1)
  expect(await on.left()).toEqual([])
})

it('is complete, too, when the name has that content already', async () => {
  const on = await sender()
  const first = await on.put((await on.request()).s3_presigned_url)
  const second = await on.put((await on.request()).s3_presigned_url)
  expect(second).toMatchObject({ status: 'UPLOAD_COMPLETE', version_id: first.version_id })
})

it('fails when the name was taken meanwhile, for whoever wants to be asked', async () => {
  const on = await sender()
  const asking = await on.request({ on_conflict: 'ask' })
  await on.put((await on.request()).s3_presigned_url)
  expect(await on.put(asking.s3_presigned_url)).toMatchObject({
    httpStatus: 409,
    reason: 'NAME_TAKEN',
  })
  expect(await on.stateOf(asking.doc_id)).toMatchObject({ status: 'UPLOAD_FAILED' })
})
