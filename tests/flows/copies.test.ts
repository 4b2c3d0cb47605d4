import { createHash, randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pdfOf } from './pdf.ts'
import { eventually, type RunningBox, startBox } from './running-box.ts'

const FILE = pdfOf(['The cooling loop is inspected every 400 hours.'], randomBytes(3 * 2 ** 20))
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const DIGEST = sha256(FILE)

let box: RunningBox
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onefold-copies-'))
  box = await startBox({ ONEFOLD_PROVIDER_FOLDER_PATH: folder })
})
afterAll(async () => {
  await box?.stop()
  await rm(folder, { recursive: true, force: true })
})

it('copies what comes in to a second folder, and reads from there what the disk has lost', async () => {
  const form = new FormData()
  form.set('file', new File([new Uint8Array(FILE)], 'plan.pdf'))
  const sent = await box.call('/knowledge-base/upload', { method: 'POST', raw: form })
  const { document_id } = (await sent.json()) as { document_id: string }
  const copy = await eventually(async () => {
    const page = await box.json<{ provider_uploads: Record<string, { state: string }> }>(
      `/api/v1/documents/${document_id}`,
    )
    return page.provider_uploads.folder?.state === 'stored' && (await onlyFileIn(folder))
  })
  expect(sha256(await readFile(copy))).toBe(DIGEST)
  expect(copy).not.toContain(DIGEST.slice(0, 8))

  await rm(await blobOf())
  expect(await contentOf(document_id)).toBe(DIGEST)

  const damaged = await blobOf()
  const bytes = await readFile(damaged)
  bytes[1000] = (bytes[1000] ?? 0) ^ 4
  await chmod(damaged, 0o600)
  await writeFile(damaged, bytes)
  expect(await contentOf(document_id)).not.toBe(DIGEST)
  expect(await box.onefold('verify', '--repair')).toMatchObject({ ok: true, lost: 0 })
  expect(await contentOf(document_id)).toBe(DIGEST)
  expect(await box.onefold('provider', 'list')).toMatchObject({
    items: [{ name: 'folder', state: 'ok', waiting: 0, stored: 1, failed: 0 }],
  })
}, 120_000)

async function contentOf(documentId: string): Promise<string> {
  const answer = await box.call(`/api/v1/documents/${documentId}/content`)
  expect(answer.status).toBe(200)
  return sha256(await answer.bytes())
}

/** Where the content lies in the data folder, derived ones apart. */
async function blobOf(): Promise<string> {
  const files = await filesIn(join(box.dataDir, 'blobs'))
  const own = files.find((path) => path.includes(`/${DIGEST}.`))
  if (own === undefined) throw new Error('the content is not there')
  return own
}

async function onlyFileIn(path: string): Promise<string> {
  const files = await filesIn(path)
  expect(files).toHaveLength(1)
  return files[0] ?? ''
}

async function filesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name))
}
