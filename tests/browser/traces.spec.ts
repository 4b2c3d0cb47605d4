import type { Page } from '@playwright/test'
import { eventually, type RunningBox, startBox } from '../flows/running-box.ts'
import { expect, bare as test } from './start.ts'
import { expectAccessible, visit } from './visit.ts'

const BYTES = Buffer.from('The cooling loop is inspected every 400 operating hours.')
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

let box: RunningBox

/** Sends a file as a script would, as one trace of its own. */
async function upload(name: string, traceId: string): Promise<void> {
  const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` }
  const asked = await box.json<{ doc_id: string; s3_presigned_url: string; trace_id: string }>(
    '/upload/request',
    { method: 'POST', headers, body: { doc_name: name, file_size: BYTES.length } },
  )
  expect(asked.trace_id).toBe(traceId)
  await box.call(asked.s3_presigned_url, { method: 'PUT', raw: BYTES })
  const complete = { method: 'POST', body: { doc_id: asked.doc_id } }
  expect(await box.json('/upload/complete', complete)).toMatchObject({ trace_id: traceId })
  const spans = [{ work: 'hash', ago_ms: 5_000, duration_ms: 1_200 }]
  const told = { method: 'POST', body: { trace_id: traceId, spans } }
  expect((await box.call('/api/v1/traces/spans', told)).status).toBe(204)
  await eventually(async () => {
    const trace = await box.json<{ files: { searchable_at: number | null }[] }>(
      `/api/v1/traces/${traceId}`,
    )
    return trace.files[0]?.searchable_at
  })
}

const lines = (page: Page) => page.getByRole('table', { name: 'What happened, by time' })

test.beforeAll(async () => {
  box = await startBox()
  await upload('rounds.txt', TRACE)
})

test.afterAll(() => box?.stop())

test('an upload is found by its trace id and drawn from the click to its being findable', async ({
  page,
}) => {
  await visit(page, box, { path: '/admin/traces' })
  const field = page.getByRole('textbox', { name: 'Trace id' })
  await field.fill('not an id')
  await page.keyboard.press('Enter')
  await expect(page.getByText('A trace id has 32 characters')).toBeVisible()
  // As it stands in a log or a header.
  await field.fill(`00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`id=${TRACE}`))
  for (const line of [
    'Fingerprint in the browser',
    'Upload requested',
    'Bytes received',
    'Checked and stored',
    'Read text: rounds.txt',
    'Make findable: rounds.txt',
  ]) {
    await expect(lines(page).getByRole('rowheader', { name: line })).toBeVisible()
  }
  await expect(lines(page).getByRole('row').nth(1)).toContainText('Fingerprint in the browser')
  await expect(page.getByText(/Findable .* after the start/)).toBeVisible()
  await expect(page.getByText('Nothing failed.')).toBeVisible()
  await expectAccessible(page)
  await page.setViewportSize({ width: 390, height: 800 })
  await expectAccessible(page)
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  await expect.poll(overflow).toBeLessThanOrEqual(0)
  await page.getByRole('link', { name: 'rounds.txt' }).click()
  await expect(page).toHaveURL(/\/file\//)
})

test('what failed is listed apart, with its reason', async ({ page }) => {
  const refused = await box.call('/upload/complete', {
    method: 'POST',
    body: { doc_id: '019a0000-0000-7000-8000-000000000000' },
  })
  expect(refused.status).toBe(404)
  await visit(page, box, { path: '/admin/traces' })
  await expect(page.getByRole('link', { name: 'Upload requested' })).toBeVisible()
  await page.getByText('Failed', { exact: true }).first().click()
  await expect(page).toHaveURL(/only=failed/)
  await expect(page.getByRole('link', { name: 'Upload requested' })).toHaveCount(0)
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Checked and stored' }).click()
  await expect(page.getByText('not_found')).toBeVisible()
  await page.getByRole('link', { name: 'All traces' }).click()
  await page.setViewportSize({ width: 390, height: 800 })
  await expectAccessible(page)
})

test('the audit and a message of failure lead to the trace', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await visit(page, box, { path: '/admin/audit' })
  await page
    .getByRole('link', { name: /^Open the trace of document/ })
    .first()
    .click()
  await expect(lines(page)).toBeVisible()
  await page.route('**/api/v1/session', (route) => {
    if (route.request().method() !== 'DELETE') return route.continue()
    const problem = { status: 500, code: 'internal', message: 'It broke.', trace_id: TRACE }
    const contentType = 'application/problem+json'
    return route.fulfill({ status: 500, contentType, body: JSON.stringify(problem) })
  })
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  const message = page.getByRole('alert').filter({ hasText: 'It broke.' })
  await message.getByRole('button', { name: 'Copy trace id' }).click()
  await expect(message.getByRole('button', { name: 'Copied' })).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(TRACE)
  await message.getByRole('link', { name: 'Open trace' }).click()
  await expect(page).toHaveURL(new RegExp(`id=${TRACE}`))
  await expect(lines(page).getByRole('rowheader', { name: 'Upload requested' })).toBeVisible()
})

test('a trace that is not there says so', async ({ page }) => {
  await visit(page, box, { path: `/admin/traces?id=${'f'.repeat(32)}` })
  await expect(page.getByRole('heading', { name: 'No trace has this id' })).toBeVisible()
  await expectAccessible(page)
})
