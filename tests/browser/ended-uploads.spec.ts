import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually, type RunningBox, startBox } from '../flows/running-box.ts'
import { expect, bare as test } from './start.ts'
import { choose, holdBodies, rowOf } from './upload-line.ts'
import { expectAccessible, visit } from './visit.ts'

const PART_BYTES = 1_000_000
const PART = new Uint8Array(PART_BYTES)

let box: RunningBox

test.beforeAll(async () => {
  box = await startBox({ ONEFOLD_UPLOAD_PART_BYTES: String(PART_BYTES) })
})

test.afterAll(async () => {
  await box?.stop()
})

/** Begins an upload of three megabytes, and leaves it after the first. */
async function begin(name: string): Promise<void> {
  const asked = await box.json<{ s3_presigned_url: string }>('/upload/request', {
    method: 'POST',
    body: { doc_name: name, file_size: 3 * PART_BYTES },
  })
  const sent = await box.call(`${asked.s3_presigned_url}?part=1`, {
    method: 'PUT',
    raw: PART,
    headers: { 'x-part-sha256': createHash('sha256').update(PART).digest('hex') },
  })
  expect(sent.status).toBe(200)
}

const sweep = () => box.onefold('sweep', '--abandoned', '0')

test('whoever left an upload is told what became of it, until the note is put away', async ({
  page,
}) => {
  await begin('plan.mp4')
  await sweep()
  await visit(page, box, { path: '/uploads' })
  const notes = page.getByRole('region', { name: 'Uploads that were not finished' })
  await expect(notes).toContainText('1 upload was not finished')
  await expect(notes).toContainText('plan.mp4: 1 MB of 3 MB arrived, expired')
  await expectAccessible(page)

  // One that ends while the page is open shows by itself.
  await begin('survey.mp4')
  await sweep()
  await expect(notes).toContainText('survey.mp4', { timeout: 30_000 })
  await notes.getByRole('button', { name: 'Put away the note about plan.mp4' }).click()
  await expect(notes).not.toContainText('plan.mp4')
  await notes.getByRole('button', { name: 'Put away the note about survey.mp4' }).click()
  await expect(notes).toHaveCount(0)
  await page.reload()
  await expect(page.getByText('Nothing in the queue')).toBeVisible()
  await expect(notes).toHaveCount(0)

  await page.goto(`${box.url}/admin/storage`)
  const reclaimed = page.getByText('Reclaimed from abandoned uploads').locator('..')
  await expect(reclaimed).toContainText('2 MB')
})

test('a file that is cancelled is gone here and there, with what had arrived', async ({ page }) => {
  await visit(page, box, { path: '/uploads' })
  const letGo = await holdBodies(page, 1)
  const file = { name: 'draft.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(3 * PART_BYTES) }
  await (await choose(page)).setInputFiles(file)
  await expect(rowOf(page, 'draft.mp4')).toContainText('Uploading 3')
  await rowOf(page, 'draft.mp4').getByRole('button', { name: 'Cancel draft.mp4' }).click()
  await expect(page.getByText('Nothing in the queue')).toBeVisible()
  await eventually(async () => {
    const { items } = await box.json<{ items: object[] }>('/api/v1/uploads?state=open')
    return items.length === 0
  })
  expect(await readdir(join(box.dataDir, 'received'))).toEqual([])
  letGo()

  // It comes back neither as a file to go on with nor as news.
  await page.reload()
  await expect(page.getByText('Nothing in the queue')).toBeVisible()
  await expect(page.getByText('draft.mp4')).toHaveCount(0)
})
