import { createHash } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { type RunningBox, startBox } from '../flows/running-box.ts'
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
