import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { formOf, serverWorld } from '../tests/server-world.ts'

interface Answer {
  upload: { doc_id: string; status: string; s3_presigned_url: string; parts: number | null } | null
  problem: { status: number; code: string; reason?: string; trace_id: string } | null
}

async function sender(maxBytes = 2 ** 30) {
  const upload = { urlTtlMs: 15 * 60_000, maxBytes, partBytes: 1000 }
  const world = await serverWorld({ upload }, 'disk')
  const { token, id } = await world.person('ada')
  const book = await world.shelf('Work', 'Plans', 'Hidden')
  const [chapterId = '', hiddenId = ''] = book.chapters
  await world.grant(id, 'contributor', { bookId: book.id, chapterId })
  const batch = async (files: Record<string, unknown>[]) => {
    const json = { files: files.map((file) => ({ chapter_id: chapterId, file_size: 3, ...file })) }
    const answer = await world.ask('POST', '/api/v1/uploads/batch', { token, json })
    return { status: answer.status, ...((await answer.json()) as { items: Answer[] }) }
  }
  return { world, token, chapterId, hiddenId, batch }
}

it('answers each file in order, and none is spoilt by another', async () => {
  const on = await sender(5000)
  const form = formOf([
    ['chapter_id', on.chapterId],
    ['file', 'old', 'taken.txt'],
  ])
  await on.world.ask('POST', '/knowledge-base/upload', { token: on.token, ...form })
  const { items } = await on.batch([
    { doc_name: 'a.txt' },
    { doc_name: '../a.txt' },
    { doc_name: '' },
    { doc_name: 'taken.txt', on_conflict: 'ask' },
    { doc_name: 'taken.txt', on_conflict: 'version' },
    { doc_name: 'b.txt', doc_hash_256: 'no hash' },
    { doc_name: 'c.txt', file_size: 5001 },
    { doc_name: 'd.txt', chapter_id: on.hiddenId },
    { doc_name: 'e.txt', idempotency_key: 'one' },
    { doc_name: 'f.txt', idempotency_key: 'one' },
    { doc_name: 'g.bin', file_size: 3500 },
  ])
  expect(
    items.map(({ upload, problem }) => problem?.reason ?? problem?.code ?? upload?.status),
  ).toEqual([
    'UPLOAD_URL_GENERATED',
    'INVALID_NAME',
    'INVALID_NAME',
    'NAME_TAKEN',
    'UPLOAD_URL_GENERATED',
    'INVALID_HASH',
    'FILE_TOO_LARGE',
    'not_found',
    'UPLOAD_URL_GENERATED',
    'IDEMPOTENCY_KEY_USED',
    'UPLOAD_URL_GENERATED',
  ])
  expect(items[10]?.upload?.parts).toBe(4)
  expect(items[3]?.problem).toMatchObject({ status: 409, trace_id: expect.any(String) })
})

it('takes five hundred files in one transaction, each of which can then be sent', async () => {
  const on = await sender()
  const names = Array.from({ length: 500 }, (_, index) => `${index}.txt`)
  let transactions = 0
  const { uploads } = on.world.ports.catalog
  const { open } = uploads
  uploads.open = (openings) => {
    transactions++
    return open(openings)
  }
  const { items } = await on.batch(names.map((doc_name) => ({ doc_name })))
  expect(transactions).toBe(1)
  expect(new Set(items.map(({ upload }) => upload?.s3_presigned_url)).size).toBe(500)
  for (const item of [items[0], items[499]]) {
    const url = item?.upload?.s3_presigned_url ?? ''
    expect((await on.world.ask('PUT', url, { body: 'abc' })).status).toBe(200)
  }
  expect((await on.batch(names.concat('one more').map((doc_name) => ({ doc_name })))).status).toBe(
    400,
  )
})

it('continues the same uploads when the whole is sent again with its keys', async () => {
  const on = await sender()
  const body = Buffer.from('abc')
  const sha256 = createHash('sha256').update(body).digest('hex')
  const files = ['a', 'b', 'c'].map((doc_name) => ({
    doc_name,
    doc_hash_256: sha256,
    idempotency_key: `key of ${doc_name}`,
  }))
  const first = await on.batch(files)
  const [a, b] = first.items.map(({ upload }) => upload)
  await on.world.ask('PUT', a?.s3_presigned_url ?? '', { body })
  const json = { doc_id: a?.doc_id }
  await on.world.ask('POST', '/upload/complete', { token: on.token, json })

  const again = await on.batch(files)
  const ids = (batch: typeof first) => batch.items.map(({ upload }) => upload?.doc_id)
  expect(ids(again)).toEqual(ids(first))
  expect(again.items[0]?.upload).toMatchObject({
    status: 'UPLOAD_COMPLETE',
    s3_presigned_url: null,
  })
  expect((await on.world.ask('PUT', b?.s3_presigned_url ?? '', { body })).status).toBe(404)
  const fresh = again.items[1]?.upload?.s3_presigned_url ?? ''
  expect((await on.world.ask('PUT', fresh, { body })).status).toBe(200)
})
