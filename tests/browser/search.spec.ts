import type { Locator, Page } from '@playwright/test'
import { expect, PASSWORD, SENTENCE, test } from './start.ts'

const hits = (page: Page) => page.getByRole('list', { name: 'Hits' }).getByRole('listitem')
/** How far down on the screen the middle of a thing is, in pixels. */
const middle = async (thing: Locator): Promise<number> => {
  const { y, height } = (await thing.boundingBox()) ?? { y: Number.NaN, height: 0 }
  return y + height / 2
}
const box = (page: Page) => page.getByRole('searchbox', { name: 'Search your files' })

test('whoever signs in lands where they wanted to go', async ({ page }) => {
  await page.goto('/search?q=pump')
  await expect(page).toHaveURL(/\/sign-in\?from=/)
  await page.getByLabel('User name').fill('admin')
  await page.getByRole('textbox', { name: 'Password' }).fill('not this one')
  await page.keyboard.press('Enter')
  await expect(page.getByText('User name or password is wrong.')).toBeVisible()
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/search\?q=pump$/)
  await expect(hits(page).filter({ hasText: 'rounds.txt' })).toBeVisible()
})

test('a sentence is found, opened at its page and marked there, by keyboard alone', async ({
  inside: page,
}) => {
  await page.goto('/search')
  await expect(box(page)).toBeFocused()
  await page.keyboard.type(SENTENCE)
  await expect(hits(page).first()).toContainText('Cooling loop procedure.pdf')
  await expect(hits(page).first()).toContainText('page 7')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/file\/[\w-]+\?.*page=7/)
  await expect(page.getByRole('textbox', { name: 'Page' })).toHaveValue('7')
  const mark = page.locator('[data-page-number="7"] [data-hit-mark]')
  await expect(mark).toBeInViewport()
  const text = page.locator('[data-page-number="7"] .textLayer span', { hasText: 'cooling loop' })
  expect(Math.abs((await middle(mark)) - (await middle(text.first())))).toBeLessThan(4)
})

test('filters live in the address and survive a reload', async ({ inside: page }) => {
  await page.goto('/search?q=unit')
  await expect(hits(page).first()).toBeVisible()
  await page.getByRole('checkbox', { name: /^PDF/ }).check()
  await expect(page).toHaveURL(/type=pdf/)
  await page.getByText('Newest', { exact: true }).click()
  await expect(page).toHaveURL(/sort=newest/)
  await page.reload()
  await expect(page.getByRole('checkbox', { name: /^PDF/ })).toBeChecked()
  await expect(hits(page).filter({ hasText: 'Cooling loop procedure.pdf' })).toBeVisible()
  await expect(hits(page).filter({ hasText: '.docx' })).toHaveCount(0)
  await page.goBack()
  await expect(page).not.toHaveURL(/sort=newest/)
})

test('hits show pictures where there are some, and ask for no others', async ({ inside: page }) => {
  const absent: string[] = []
  page.on('response', (answer) => {
    if (answer.status() === 404) absent.push(answer.url())
  })
  await page.goto('/search?q=unit')
  const pdf = hits(page).filter({ hasText: 'Cooling loop procedure.pdf' })
  await expect(pdf.locator('img')).toBeVisible()
  await page.goto(`/search?q=${encodeURIComponent('password.pdf')}`)
  const locked = hits(page).filter({ hasText: 'password.pdf' }).first()
  await expect(locked).toBeVisible()
  await expect(locked.locator('img')).toHaveCount(0)
  expect(absent).toEqual([])
})

test('a search without a hit says what to do next', async ({ inside: page }) => {
  await page.goto('/search?q=xylophonquartz&type=pdf')
  await expect(page.getByRole('heading', { name: /Nothing found/ })).toBeVisible()
  await page.getByRole('button', { name: 'Drop all filters' }).click()
  await expect(page).toHaveURL(/q=xylophonquartz$/)
})

test('the palette finds files and pages from anywhere', async ({ inside: page }) => {
  await page.goto('/activity')
  await page.getByRole('heading', { level: 1 }).waitFor()
  const dialog = page.getByRole('dialog', { name: 'Search and commands' })
  const openPalette = async () => {
    await page.keyboard.press('Control+k')
    await expect(dialog.getByLabel('Search files, or type a command')).toBeFocused()
  }
  await openPalette()
  await page.keyboard.type('inspected every 400')
  await dialog.getByText('Cooling loop procedure.pdf').first().click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Cooling loop procedure.pdf')
  await openPalette()
  await page.keyboard.type('libr')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/library/)
})

test('a cell of a sheet is found and marked in its row', async ({ inside: page }) => {
  await page.goto('/search?q=Barrel+Q16&type=sheet')
  await hits(page).first().getByRole('link').first().click()
  await expect(page.getByRole('row').filter({ has: page.locator('mark') })).toContainText(
    'Barrel Q16',
  )
})

test('a file that asks for a password says so and can be downloaded', async ({
  inside: page,
  product,
}) => {
  await page.goto(`/file/${await product.idOf('password.pdf')}`)
  await expect(page.getByText('This PDF asks for a password')).toBeVisible()
  await expect(page.getByText(/Save a copy without the password/).first()).toBeVisible()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download' }).first().click(),
  ])
  expect(download.suggestedFilename()).toBe('password.pdf')
})

test('someone without a right sees of a file what they see of none', async ({
  page,
  context,
  product,
}) => {
  await product.box.addPerson('vera')
  await product.signIn(context, 'vera')
  await page.goto(`/search?q=${encodeURIComponent(SENTENCE)}`)
  await expect(page.getByRole('heading', { name: /Nothing found/ })).toBeVisible()
  const words = async (path: string) => {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1, name: /Nothing here/ })).toBeVisible()
    return page.getByRole('main').textContent()
  }
  const hidden = await words(`/file/${await product.idOf('rounds.txt')}`)
  const absent = await words('/file/019a0000-0000-7000-8000-000000000000')
  expect(hidden).toBe(absent)
})

test('a plain HTTP name is enough, and the token shown once can be copied', async ({
  page,
  product,
}) => {
  const origin = product.box.url.replace('127.0.0.1', 'onefold.test')
  await page.goto(`${origin}/account`)
  await page.getByLabel('User name').fill('admin')
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await page.keyboard.press('Enter')
  expect(await page.evaluate(() => isSecureContext)).toBe(false)
  await page.getByRole('button', { name: 'New token' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Nightly import')
  await dialog.getByRole('button', { name: 'Create token' }).click()
  await dialog.getByRole('button', { name: 'Copy token' }).click()
  await expect(dialog.getByText('Copied')).toBeVisible()
  await dialog.getByRole('button', { name: 'I have saved it' }).click()
  await expect(page.getByText('Nightly import')).toBeVisible()
})
