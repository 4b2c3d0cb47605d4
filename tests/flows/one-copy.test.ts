import { createHash, randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pdfOf } from './pdf.ts'
import { eventually, type RunningBox, startBox } from './running-box.ts'

const FILE = pdfOf(['The cooling loop is inspected every 400 hours.'], randomBytes(50 * 2 ** 20))
const DIGEST = createHash('sha256').update(FILE).digest('hex')

let box: RunningBox
beforeAll(async () => {
  box = await startBox()
})
afterAll(() => box.stop())

it('keeps one copy of what three people and two folders bring, until the last lets go', async () => {
  const chapter = await inbox()
  for (const name of ['alice', 'bob', 'carol']) {
    const { id, token } = await box.addPerson(name)
    const body = { user_id: id, role: 'contributor' }
    await box.json(`/api/v1/chapters/${chapter}/grants`, { method: 'POST', body })
    await upload(token, `report of ${name}.pdf`)
  }
  const share = join(box.dataDir, 'shares', 'inbox')
  await mkdir(join(share, 'copies'), { recursive: true })
  await writeFile(join(share, 'first.pdf'), FILE)
  await writeFile(join(share, 'copies', 'second.pdf'), FILE)

  const documents = await eventually(async () => {
    const { items } = await box.json<Documents>('/api/v1/documents?limit=100')
    return items.length === 5 && items.every((each) => each.understanding === 'ready') && items
  })
  expect(await box.json('/api/v1/usage')).toMatchObject({
    documents: 5,
    versions: 5,
    logical_bytes: 5 * FILE.byteLength,
    unique_bytes: FILE.byteLength,
  })
  expect(runsOf('extract')).toBe(1)
  expect(runsOf('embed')).toBe(1)

  const last = documents.at(-1)?.id ?? ''
  for (const { id } of documents.slice(0, 4)) await remove(id)
  expect(await box.onefold('sweep', '--grace', '0')).toMatchObject({ blobs_reaped: 0 })
  const content = await box.call(`/api/v1/documents/${last}/content`)
  expect(
    createHash('sha256')
      .update(await content.bytes())
      .digest('hex'),
  ).toBe(DIGEST)

  await remove(last)
  await box.onefold('sweep', '--grace', '0')
  expect(await box.json('/api/v1/usage')).toMatchObject({ versions: 0, physical_bytes: 0 })
}, 120_000)

interface Documents {
  items: { id: string; understanding: string }[]
}

async function inbox(): Promise<string> {
  const { items } = await box.json<{ items: { chapters: { id: string }[] }[] }>('/api/v1/books')
  return items[0]?.chapters[0]?.id ?? ''
}

async function upload(token: string, name: string): Promise<void> {
  const asked = await box.json<{ doc_id: string; s3_presigned_url: string }>('/upload/request', {
    method: 'POST',
    token,
    body: { doc_name: name, doc_hash_256: DIGEST, file_size: FILE.byteLength },
  })
  await box.json(asked.s3_presigned_url, { method: 'PUT', token, raw: new Uint8Array(FILE) })
  const body = { doc_id: asked.doc_id }
  await box.json('/upload/complete', { method: 'POST', token, body })
}

async function remove(id: string): Promise<void> {
  await box.call(`/api/v1/documents/${id}`, { method: 'DELETE' })
  await box.call(`/api/v1/documents/${id}?permanent=true`, { method: 'DELETE' })
}

/** How often a step was started on the content itself: jobs that are done keep their row. */
function runsOf(step: string): unknown {
  const catalog = new Sqlite(join(box.dataDir, 'catalog.sqlite'), { readonly: true })
  const sum = 'select sum(attempts) from jobs where step = ? and digest = ? and replay_id is null'
  const runs = catalog.prepare(sum).pluck().get(step, DIGEST)
  catalog.close()
  return runs
}
