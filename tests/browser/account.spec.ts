import type { Page } from '@playwright/test'
import { expect, PASSWORD, test } from './start.ts'

const heading = (page: Page) => page.getByRole('heading', { level: 1 })

test('what was chosen on the account page holds on the next visit', async ({ inside: page }) => {
  await page.goto('/account')
  await page.getByText('Dark', { exact: true }).click()
  await page.getByText('Dense', { exact: true }).click()
  await page.getByRole('combobox', { name: 'Language' }).click()
  await page.getByRole('option', { name: 'Deutsch' }).click()
  await expect(heading(page)).toHaveText('Konto')
  await page.reload()
  await expect(heading(page)).toHaveText('Konto')
  const root = page.locator('html')
  await expect(root).toHaveAttribute('data-mantine-color-scheme', 'dark')
  await expect(root).toHaveAttribute('data-density', 'dense')
  await expect(root).toHaveAttribute('lang', 'de')
})

test('a password is changed only by who knows it, and signs out other browsers', async ({
  page,
  context,
  product,
  browser,
}) => {
  await product.box.addPerson('petra')
  await product.signIn(context, 'petra')
  const elsewhere = await browser.newContext()
  await product.signIn(elsewhere, 'petra')

  await page.goto('/account')
  const field = (name: string) => page.getByLabel(name, { exact: true })
  await field('Current password').fill('not this one')
  await field('New password').fill('a longer one than before')
  await field('New password again').fill('a longer one than before')
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('This is not your current password.')).toBeVisible()
  await field('Current password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('Password changed')).toBeVisible()

  const answer = await elsewhere.request.get(`${product.box.url}/api/v1/session`)
  expect(answer.status()).toBe(401)
  await elsewhere.close()
  await page.reload()
  await expect(heading(page)).toHaveText('Account')
})

test('a revoked token is gone from the list', async ({ inside: page, product }) => {
  const body = { name: 'Old import', scopes: ['read'] }
  await product.box.json('/api/v1/tokens', { method: 'POST', body })
  await page.goto('/account')
  await page.getByRole('button', { name: 'Revoke Old import' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(page.getByRole('button', { name: 'Revoke Old import' })).toBeHidden()
})

test('too many wrong passwords say how long to wait', async ({ page }) => {
  await page.goto('/sign-in')
  await page.getByLabel('User name').fill('somebody')
  const password = page.getByRole('textbox', { name: 'Password' })
  const waiting = page.getByText(/Too many failed tries/)
  for (let tries = 0; tries < 12 && !(await waiting.isVisible()); tries++) {
    await password.fill(`wrong ${tries}`)
    const answered = page.waitForResponse(/api\/v1\/session/)
    await page.keyboard.press('Enter')
    await answered
    await page.getByRole('alert').first().waitFor()
  }
  await expect(waiting).toHaveText(/You can try again in .*\d/)
})
