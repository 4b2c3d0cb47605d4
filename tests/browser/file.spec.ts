import type { Page } from '@playwright/test'
import { expect, type Product, test } from './start.ts'

const heading = (page: Page) => page.getByRole('heading', { level: 1 })

/** Puts a text file beside those of the share's folder, or a version to it, by the API's one-call form. */
async function put({ box, idOf }: Product, name: string, text: string): Promise<void> {
  const { chapter, folder } = await box.json<{ chapter: { id: string }; folder: string }>(
    `/api/v1/documents/${await idOf('rounds.txt')}`,
  )
  const form = new FormData()
  form.set('chapter_id', chapter.id)
  form.set('folder', folder)
  form.set('on_conflict', 'version')
  form.set('file', new File([text], name, { type: 'text/plain' }))
  const answer = await box.call('/knowledge-base/upload', { method: 'POST', raw: form })
  expect(answer.status).toBe(201)
}

test('an older version becomes current again, and that can be undone', async ({
  inside: page,
  product,
}) => {
  await put(product, 'readings.txt', 'Second reading\n')
  await page.goto(`/file/${await product.idOf('readings.txt')}?tab=versions`)
  await expect(page.getByText('Second reading')).toBeVisible()
  await page.getByRole('button', { name: 'Make current again' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Make current again' }).click()
  await expect(page.getByText('First reading')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Version 3', exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('link', { name: 'Version 4', exact: true })).toBeVisible()
  await expect(page.getByText('Second reading')).toBeVisible()
})

test('an old version is shown as what it is', async ({ inside: page, product }) => {
  await page.goto(`/file/${await product.idOf('readings.txt')}?tab=versions`)
  await page.getByRole('link', { name: 'Version 1', exact: true }).click()
  await expect(page.getByText('You are looking at version 1')).toBeVisible()
  await expect(page.getByText('First reading')).toBeVisible()
  await page.getByRole('link', { name: 'Go to the current version' }).click()
  await expect(page.getByText('You are looking at version 1')).toBeHidden()
})

test('a file is renamed, trashed and taken back from its own page', async ({
  inside: page,
  product,
}) => {
  // One of its own: the others are looked for by their names.
  await put(product, 'letter.txt', 'A letter\n')
  await page.goto(`/file/${await product.idOf('letter.txt')}`)
  const menu = page.getByRole('button', { name: 'More actions' })
  await menu.click()
  await page.getByRole('menuitem', { name: 'Rename' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('Letter of March.txt')
  await page.keyboard.press('Enter')
  await expect(heading(page)).toHaveText('Letter of March.txt')
  await menu.click()
  await page.getByRole('menuitem', { name: 'Move to the trash' }).click()
  await expect(page.getByText('This file lies in the trash')).toBeVisible()
  await page.getByRole('button', { name: 'Take out of the trash' }).click()
  await expect(page.getByText('This file lies in the trash')).toBeHidden()
})

test('words are found in the open PDF, page by page', async ({ inside: page, product }) => {
  await page.goto(`/file/${await product.idOf('Cooling loop procedure.pdf')}`)
  await page.getByLabel('Find in this file').fill('page 9 of the')
  await expect(page.getByRole('textbox', { name: 'Page' })).toHaveValue('9')
  await expect(page.getByText('1 of 1')).toBeVisible()
  await page.getByText('Text only').click()
  await expect(page.getByText('This is page 9 of the procedure.')).toBeVisible()
})

test('a session that ended leads to sign-in, and from there back', async ({
  inside: page,
  context,
}) => {
  await page.goto('/search')
  const file = page.locator('a[href^="/file/"]').first()
  const path = await file.getAttribute('href')
  await context.clearCookies()
  await file.click()
  await expect(page).toHaveURL(new RegExp(`/sign-in\\?from=${encodeURIComponent(path ?? '')}`))
})
