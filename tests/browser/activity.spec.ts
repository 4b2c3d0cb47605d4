import type { Page } from '@playwright/test'
import { type RunningBox, startBox } from '../flows/running-box.ts'
import { expect, bare as test } from './start.ts'
import { expectAccessible, visit } from './visit.ts'

test.describe.configure({ mode: 'serial' })

let box: RunningBox

test.afterEach(() => box?.stop())

async function put(name: string, content: string): Promise<void> {
  const form = new FormData()
  form.set('file', new File([content], name))
  const answer = await box.call('/knowledge-base/upload', { method: 'POST', raw: form })
  expect(answer.status).toBe(201)
}

const job = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name })

test('work shows up by itself, in every tab over one connection', async ({ page, context }) => {
  test.setTimeout(240_000)
  box = await startBox()
  await visit(page, box, { path: '/activity' })
  await expect(page.getByText('Nothing to do right now')).toBeVisible()
  await expectAccessible(page)
  // Six streams of their own would use up the browser's connections to one server.
  const more = await Promise.all(Array.from({ length: 6 }, () => context.newPage()))
  for (const each of more) {
    await each.goto(`${box.url}/activity`)
    await each.getByText('Finished', { exact: true }).last().click()
    await expect(each.getByText('Nothing finished yet')).toBeVisible()
  }
  await page.getByText('Finished', { exact: true }).last().click()
  await put('review.txt', 'The cooling loop is inspected every 400 operating hours.')
  for (const each of [page, ...more]) {
    await expect(job(each, 'review.txt')).toContainText('Done')
  }
  for (const each of more) await each.close()
  await expect(job(page, 'review.txt')).toContainText('Shared › Inbox')
  await expectAccessible(page)
  await page.setViewportSize({ width: 390, height: 800 })
  await expectAccessible(page)
})

test('what was given up says why and what to do, and is tried again', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  // So little memory that the reader ends, at its start or over the text.
  box = await startBox({
    ONEFOLD_PARSER_MEMORY_BYTES: String(64 * 2 ** 20),
    ONEFOLD_JOB_MAX_ATTEMPTS: '1',
  })
  await visit(page, box, { path: '/activity' })
  await put('plan.txt', 'The plan of the pump.\n'.repeat(800_000))
  await page.getByText('Failed (1)').click()
  const dead = job(page, 'plan.txt')
  await expect(dead).toContainText(/stopped|memory/)
  await expect(dead).toContainText('given up after 1 try')
  await expect(dead).toContainText(/trace id|limit/)
  await expectAccessible(page)

  await dead.getByRole('button', { name: 'Copy the trace id of plan.txt' }).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^[\da-f]{32}$/)
  const download = page.waitForEvent('download')
  await dead.getByRole('link', { name: /Original/ }).click()
  expect((await download).suggestedFilename()).toBe('plan.txt')

  await page.getByRole('button', { name: 'Retry all' }).click()
  await expect(page.getByText('1 job waits for another try')).toBeVisible()
  await expect(dead).toBeVisible()
  await dead.getByRole('link', { name: 'plan.txt', exact: true }).click()
  await expect(page).toHaveURL(/\/file\//)
})
