import type { Page } from '@playwright/test'
import { TOTP } from 'otpauth'
import { expect, PASSWORD, test } from './start.ts'
import { expectAccessible } from './visit.ts'

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

test('a second step is set up by a code, and asked for at the next sign-in', async ({
  page,
  context,
  product,
}) => {
  await product.box.addPerson('tora')
  await product.signIn(context, 'tora')
  await page.goto('/account')
  await page.getByRole('button', { name: 'Set it up' }).click()
  await page.getByLabel('Your password, to begin').fill(PASSWORD)
  await page.getByRole('button', { name: 'Begin' }).click()
  await expect(page.getByRole('img', { name: 'Picture of the secret, for an app' })).toBeVisible()
  const shown = await page.getByLabel('Or type this secret into the app').inputValue()
  const app = new TOTP({ secret: shown.replaceAll(' ', '') })
  await page.getByLabel('Code that the app shows').fill('000000')
  await page.getByRole('button', { name: 'Switch it on' }).click()
  await expect(page.getByText('This code is wrong, or was used before.')).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('Code that the app shows').fill(app.generate())
  await page.getByRole('button', { name: 'Switch it on' }).click()
  const codes = page.getByRole('list', { name: 'Codes to recover by' }).getByRole('listitem')
  await expect(codes).toHaveCount(10)
  const recovery = (await codes.first().textContent()) ?? ''
  await page.getByRole('button', { name: 'I have saved them' }).click()
  await expect(page.getByText('Codes to recover by left: 10.')).toBeVisible()

  await context.clearCookies()
  await page.goto('/sign-in')
  await page.getByLabel('User name').fill('tora')
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await page.keyboard.press('Enter')
  const code = page.getByLabel('Code', { exact: true })
  await code.fill('no code')
  await page.keyboard.press('Enter')
  await expect(page.getByText('The code is wrong, or was used before.')).toBeVisible()
  await expectAccessible(page)
  await code.fill(recovery)
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/search/)
  await page.goto('/account')
  await expect(page.getByText('Codes to recover by left: 9.')).toBeVisible()
})

test('a token has an end, is shown once, and is gone when it is revoked', async ({
  inside: page,
  product,
}) => {
  await page.goto('/account')
  await page.getByRole('button', { name: 'New token' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Create token' }).click()
  await expect(dialog.getByText('Give it a name, to know it again.')).toBeVisible()
  await dialog.getByLabel('Name').fill('Old import')
  await dialog.getByRole('combobox', { name: 'Valid for' }).click()
  await page.getByRole('option', { name: '30 days' }).click()
  await dialog.getByRole('button', { name: 'Create token' }).click()
  const token = await dialog.getByLabel('Token “Old import”').inputValue()
  await expectAccessible(page)
  const ask = () => product.box.call('/api/v1/books', { token })
  expect((await ask()).status).toBe(200)
  await dialog.getByRole('button', { name: 'I have saved it' }).click()
  const row = page.getByRole('listitem').filter({ hasText: 'Old import' })
  await expect(row).toContainText('valid until')
  expect(await page.content()).not.toContain(token)

  await page.getByRole('button', { name: 'Revoke Old import' }).click()
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await expect(row).toBeHidden()
  expect((await ask()).status).toBe(401)

  const short = { name: 'Short import', scopes: ['read'], expires_at: Date.now() + 2_000 }
  await product.box.json('/api/v1/tokens', { method: 'POST', body: short })
  await expect(async () => {
    await page.reload()
    const expired = page.getByRole('listitem').filter({ hasText: 'Short import' })
    await expect(expired).toContainText('expired on', { timeout: 2_000 })
  }).toPass({ timeout: 60_000 })
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
