import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { serverWorld } from '../tests/server-world.ts'

const PART_BYTES = 1000
const ZEROS_SHA256 = '541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53'

async function sender() {
  const upload = { urlTtlMs: 15 * 60_000, maxBytes: 2 ** 30, partBytes: PART_BYTES }
  const world = await serverWorld({ upload }, 'disk')
  const ada = await world.person('ada')
  const book = await world.shelf('Work', 'Plans')
  await world.grant(ada.id, 'contributor', { bookId: book.id })
  const ask = async (path: string, json: unknown) => {
    const answer = await world.ask('POST', path, { token: ada.token, json })
    return (await answer.json()) as { doc_id: string; s3_presigned_url: string; status: string }
  }
  const order = { doc_name: 'plan.bin', chapter_id: book.chapters[0], idempotency_key: 'plan' }
  return {
    world,
    ada,
    request: (file_size: number) => ask('/upload/request', { ...order, file_size }),
    complete: (doc_id: string) => ask('/upload/complete', { doc_id }),
    sendPart: (url: string, number: number) =>
      world.ask('PUT', `${url}?part=${number}`, {
        body: new Uint8Array(PART_BYTES),
        headers: { 'x-part-sha256': ZEROS_SHA256 },
      }),
    cancel: (docId: string, { token } = ada) =>
      world.ask('DELETE', `/api/v1/uploads/${docId}`, { token }),
    staged: () => readdir(join(world.root, 'received')),
    list: async (state: string) => {
      const answer = await world.ask('GET', `/api/v1/uploads?state=${state}`, { token: ada.token })
      return ((await answer.json()) as { items: object[] }).items
    },
  }
}

it('frees the bytes of an upload that is cancelled at once, and keeps its record', async () => {
  const on = await sender()
  const { doc_id, s3_presigned_url } = await on.request(3000)
  expect((await on.sendPart(s3_presigned_url, 2)).status).toBe(200)
  expect(await on.staged()).not.toEqual([])

  expect((await on.cancel(doc_id)).status).toBe(204)
  expect(await on.staged()).toEqual([])
  expect((await on.sendPart(s3_presigned_url, 1)).status).toBe(404)
  expect(await on.staged()).toEqual([])
  expect(await on.list('open')).toEqual([])
  // Who cancelled it needs no news of it.
  expect(await on.list('ended')).toEqual([])
  const row = await on.world.ports.catalog.uploads.get(on.ada.id, doc_id)
  expect(row).toMatchObject({ status: 'UPLOAD_FAILED', sweptBytes: 1000 })
  expect((await on.cancel(doc_id)).status).toBe(204)
  const { items } = await on.world.ports.catalog.journal.auditPage(50)
  expect(items.filter(({ action }) => action === 'upload.cancel')).toEqual([
    expect.objectContaining({
      userId: on.ada.id,
      subject: `upload:${doc_id}`,
      detail: { swept_bytes: 1000, size_bytes: 3000 },
    }),
  ])

  // Whoever thinks better of it begins anew.
  expect(await on.request(3000)).toMatchObject({ doc_id, status: 'UPLOAD_URL_GENERATED' })
})

it('leaves alone what is stored, and what belongs to others', async () => {
  const on = await sender()
  const { doc_id, s3_presigned_url } = await on.request(PART_BYTES)
  const admin = await on.world.person('bob', 'admin')
  expect((await on.cancel(doc_id, admin)).status).toBe(404)
  const body = new Uint8Array(PART_BYTES)
  expect((await on.world.ask('PUT', s3_presigned_url, { body })).status).toBe(200)
  expect(await on.complete(doc_id)).toMatchObject({ status: 'UPLOAD_COMPLETE' })
  const refused = await on.cancel(doc_id)
  expect(refused.status).toBe(409)
  expect(await refused.json()).toMatchObject({ code: 'conflict', reason: 'UPLOAD_IS_COMPLETE' })
})
