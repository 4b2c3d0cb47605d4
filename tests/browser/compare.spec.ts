import { pdfOf } from '../flows/pdf.ts'
import { eventually } from '../flows/running-box.ts'
import { expect, type Product, test } from './start.ts'
import { expectAccessible } from './visit.ts'

const RULES = Array.from(
  { length: 40 },
  (_, at) => `Rule ${at + 1}: whoever keeps lamp ${at + 1} writes its hours into the log.`,
)
const PAGES = Array.from(
  { length: 4 },
  (_, at) => `Page ${at + 1} says how the bearing of pump ${at + 1} is greased by two keepers.`,
)

// Files are read and pages drawn and looked over in two themes: on a busy machine that takes a while.
test.setTimeout(180_000)

/** Stores each content as a version of one file, has them read, and gives the file's id. */
async function versionsOf(
  { box }: Product,
  name: string,
  contents: readonly (string | Buffer)[],
): Promise<string> {
  let id = ''
  for (const content of contents) {
    const form = new FormData()
    form.set('on_conflict', 'version')
    form.set('file', new File([new Uint8Array(Buffer.from(content))], name))
    const answer = await box.call('/knowledge-base/upload', { method: 'POST', raw: form })
    expect(answer.status).toBe(201)
    id = ((await answer.json()) as { document_id: string }).document_id
  }
  await eventually(async () => {
    const path = `/api/v1/documents/${id}/versions`
    const { items } = await box.json<{ items: { text: { state: string } }[] }>(path)
    return items.every(({ text }) => text.state === 'ready')
  }, 60_000)
  return id
}

test('what changed and what moved is told, and the keys lead from one to the next', async ({
  inside: page,
  product,
}) => {
  const now = RULES.slice(3).with(15, 'Rule 19 was written anew by the harbour office.')
  const id = await versionsOf(product, 'rules.txt', [
    RULES.join('\n'),
    [...now.slice(0, 30), ...RULES.slice(0, 3), ...now.slice(30)].join('\n'),
  ])
  await page.goto(`/file/${id}?tab=versions`)
  await expect(page.getByText('uploaded through the API').first()).toBeVisible()
  await page.getByRole('link', { name: 'Compare with version 1' }).first().click()
  const tools = page.getByRole('toolbar', { name: 'Comparison' })
  await expect(tools.getByText('3 passages moved')).toBeVisible()
  await expectAccessible(page)

  await page.keyboard.press('n')
  await expect(tools.getByText('1 of 3')).toBeVisible()
  const focused = page.locator('[data-change="1"]').first()
  await expect(focused).toBeFocused()
  await focused.getByRole('button', { name: 'Moved to line 31' }).click()
  await expect(page.locator('[data-kind="moved_here"]').first()).toBeFocused()

  const fold = page.getByRole('button', { name: /passages are the same/ }).first()
  await expect(page.getByText('Rule 10:')).toHaveCount(0)
  await fold.click()
  await expect(page.getByText('Rule 10:').first()).toBeVisible()

  await page.setViewportSize({ width: 390, height: 844 })
  await expect(page.getByText('Rule 19 was written anew')).toHaveCount(1)
  const overflow = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  await expect.poll(overflow).toBe(0)
  await expectAccessible(page)
})

test('pages of PDFs stand beside the ones they became, with what changed outlined', async ({
  inside: page,
  product,
}) => {
  const now = PAGES.with(2, (PAGES[2] ?? '').replace('greased', 'oiled'))
  const id = await versionsOf(product, 'pump.pdf', [
    pdfOf(PAGES),
    pdfOf(now.toSpliced(1, 0, 'Another sheet was bound in here, with words of its own.')),
  ])
  await page.goto(`/file/${id}/compare`)
  await page.getByText('Pages', { exact: true }).click()
  const pairs = page
    .getByRole('main')
    .getByRole('listitem')
    .filter({ has: page.locator('figure') })
  await expect(pairs).toHaveCount(2)
  await expect(pairs.nth(0)).toContainText('page 2')
  await expect(pairs.nth(0).getByText('This page is not in the older text')).toBeVisible()
  await expect(pairs.nth(1)).toContainText('page 3 → page 4')
  for (const kind of ['removed', 'added']) {
    await expect(pairs.nth(1).locator(`[data-kind="${kind}"]`)).toHaveCount(1)
  }
  await page.getByText('All pages').click()
  await expect(pairs).toHaveCount(5)
  await expectAccessible(page)
})

test('sheets are compared cell by cell, and a share is named as what it is', async ({
  inside: page,
  product,
}) => {
  const stores = ['Item,Amount', ...PAGES.map((_, at) => `rope ${at},${10 + at}`)]
  const id = await versionsOf(product, 'stores.csv', [
    stores.join('\n'),
    stores.with(2, 'rope 1,80').join('\n'),
  ])
  await page.goto(`/file/${id}/compare`)
  await expect(page.getByText('1 row changed')).toBeVisible()
  const row = page.getByRole('row', { name: /rope 1/ })
  await expect(row.locator('del')).toHaveText('11')
  await expect(row.locator('ins')).toHaveText('80')
  await expectAccessible(page)
  await page.goto(`/file/${await product.idOf('rounds.txt')}?tab=versions`)
  await expect(page.getByText(/from the watched share/)).toBeVisible()
  await expect(page.getByText('Unit 4/rounds.txt')).toBeVisible()
})
