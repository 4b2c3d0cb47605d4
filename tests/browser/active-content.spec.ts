import type { Page } from '@playwright/test'
import { activeFiles, activeKinds, RAN } from '../active-content.ts'
import { eventually, type RunningBox } from '../flows/running-box.ts'
import { expect, bare as test } from './start.ts'
import { signIn } from './visit.ts'

const { ACTIVE_FILES } = process.env
/** A file of each kind with all the ways in it; with `ACTIVE_FILES=100` a file for each of both. */
const FILES = ACTIVE_FILES ? activeFiles(Number(ACTIVE_FILES)) : activeKinds()

test.setTimeout(60_000 + FILES.length * 20_000)

async function stored(box: RunningBox): Promise<string[]> {
  const ids: string[] = []
  for (const { name, content } of FILES) {
    const form = new FormData()
    form.set('file', new File([content], name))
    const answer = await box.call('/knowledge-base/upload', { method: 'POST', raw: form })
    expect(answer.status, name).toBe(201)
    ids.push(((await answer.json()) as { document_id: string }).document_id)
  }
  await eventually(async () => {
    const stats = await box.json<Record<string, number>>('/api/v1/jobs/stats')
    return (stats.queued ?? 0) + (stats.running ?? 0) + (stats.blocked ?? 0) === 0
  }, FILES.length * 15_000)
  return ids
}

/** Everything that only a script of these files does. */
function misdeeds(page: Page): string[] {
  const found: string[] = []
  page.on('dialog', (dialog) => {
    found.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (request.url().includes(RAN)) found.push(request.url())
  })
  return found
}

/** Puts the bytes into a page of the product by every element that runs or draws what it loads. */
const embedAll = (page: Page, addresses: readonly string[]) =>
  page.evaluate(async (all) => {
    const loads = all.flatMap((address) =>
      (['script', 'iframe', 'object', 'embed', 'img'] as const).map((tag) => {
        const element = document.createElement(tag)
        const loaded = new Promise((resolve) => {
          element.onload = resolve
          element.onerror = resolve
          // A frame of an attachment tells nothing of its end.
          setTimeout(resolve, 3000)
        })
        element.setAttribute(tag === 'object' ? 'data' : 'src', address)
        document.body.append(element)
        return loaded
      }),
    )
    await Promise.all(loads)
  }, addresses)

test('C16 stored-xss: nothing in a stored file runs, wherever it is shown; C17 mime-polyglot: nor as a script', async ({
  page,
  context,
  plain: box,
}) => {
  await signIn(page, box)
  const found = misdeeds(page)
  const ids = await stored(box)
  for (const id of ids) {
    await page.goto(`${box.url}/file/${id}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.getByRole('complementary', { name: 'About this file' }).waitFor()
  }
  await page.goto(`${box.url}/search?q=harbour`)
  await page.locator('[data-hit]').first().waitFor()
  await embedAll(
    page,
    ids.flatMap((id) => [
      `/api/v1/documents/${id}/content?disposition=inline`,
      `/api/v1/documents/${id}/preview`,
    ]),
  )
  for (const id of ids) {
    const raw = `${box.url}/api/v1/documents/${id}/content?disposition=inline`
    const opened = await context.newPage()
    const bare = misdeeds(opened)
    // What is saved instead of shown ends the way there.
    await opened.goto(raw).catch(() => undefined)
    found.push(...bare)
    await opened.close()
  }
  expect(await page.evaluate(() => 'itRan' in window)).toBe(false)
  expect(found).toEqual([])
})
