import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { RunningBox } from '../flows/running-box.ts'
import { expect, bare as test } from './start.ts'
import { dropOnPage, expectAccessible, visit } from './visit.ts'

let box: RunningBox
let folder: string
/** Chapter "Unit 4" of the book "Engineering", filled anew for each test that changes it. */
let unit4: string

test.beforeAll(async ({ plain }) => {
  box = plain
  folder = await mkdtemp(join(tmpdir(), 'onefold-library-'))
  const engineering = await makeBook('Engineering')
  unit4 = await makeChapter(engineering, 'Unit 4')
  await makeChapter(engineering, 'Unit 5')
  const { id } = await box.addPerson('vera')
  const body = { user_id: id, role: 'viewer' }
  await box.json(`/api/v1/chapters/${unit4}/grants`, { method: 'POST', body })
})

test.afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

const makeBook = async (name: string) =>
  (await box.json<{ id: string }>('/api/v1/books', { method: 'POST', body: { name } })).id

async function makeChapter(bookId: string, name: string): Promise<string> {
  const path = `/api/v1/books/${bookId}/chapters`
  return (await box.json<{ id: string }>(path, { method: 'POST', body: { name } })).id
}

async function put(name: string, inFolder = ''): Promise<void> {
  const form = new FormData()
  form.set('chapter_id', unit4)
  form.set('folder', inFolder)
  form.set('file', new File([`content of ${name}`], name))
  const answer = await box.call('/knowledge-base/upload', { method: 'POST', raw: form })
  expect(answer.status).toBe(201)
}

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name })
const rowsSelected = (page: Page) => page.getByRole('row', { selected: true })
const inTree = (page: Page, name: string) => page.getByRole('treeitem', { name })

test('the tree is walked with the keyboard, down to folders', async ({ page }) => {
  await put('pump.txt', 'Photos/2026')
  await visit(page, box, { path: `/library/${unit4}` })
  await inTree(page, 'Unit 4').focus()
  await page.keyboard.press('ArrowRight')
  await expect(inTree(page, 'Photos')).toBeVisible()
  await page.keyboard.press('ArrowRight')
  await expect(inTree(page, 'Photos')).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await expect(inTree(page, '2026')).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/Photos\/2026$/)
  await expect(page.getByRole('heading', { level: 1, name: '2026' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'pump.txt' })).toBeVisible()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  await expect(inTree(page, 'Photos')).toHaveAttribute('aria-expanded', 'false')
  await expectAccessible(page)
})

test('a reload in a folder whose name has a dot shows that folder', async ({ page }) => {
  await put('minutes.txt', '2026.05 & more')
  await visit(page, box, { path: `/library/${unit4}` })
  await page.getByRole('link', { name: '2026.05 & more' }).click()
  await expect(page.getByRole('link', { name: 'minutes.txt' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('link', { name: 'minutes.txt' })).toBeVisible()
})

test('a file is renamed with F2, and a taken name is told in the dialog', async ({ page }) => {
  await put('draft.txt')
  await put('final.txt')
  await visit(page, box, { path: `/library/${unit4}` })
  await row(page, 'draft.txt').click()
  await page.getByRole('grid').focus()
  await page.keyboard.press('F2')
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused()
  await page.keyboard.type('final')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText(/final\.txt|taken/)
  await page.getByLabel('Name', { exact: true }).fill('report.txt')
  await page.keyboard.press('Enter')
  await expect(row(page, 'report.txt')).toBeVisible()
  await expect(row(page, 'draft.txt')).toHaveCount(0)
})

test('files are selected with shift, trashed, brought back, and deleted for good', async ({
  page,
}) => {
  for (const letter of ['a', 'b', 'c', 'd']) await put(`set ${letter}.txt`, 'Set')
  await visit(page, box, { path: `/library/${unit4}/Set` })
  await row(page, 'set a.txt').click()
  await row(page, 'set c.txt').click({ modifiers: ['Shift'] })
  await expect(rowsSelected(page)).toHaveCount(3)
  await expectAccessible(page)
  await page.getByRole('grid').focus()
  await page.keyboard.press('Delete')
  await expect(row(page, 'set a.txt')).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(row(page, 'set b.txt')).toBeVisible()

  await row(page, 'set d.txt').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Move to the trash' }).click()
  await expect(row(page, 'set d.txt')).toHaveCount(0)
  await page.getByRole('link', { name: 'Trash' }).click()
  await expect(row(page, 'set d.txt')).toContainText('Engineering › Unit 4 › Set')
  await expectAccessible(page)
  await row(page, 'set d.txt').getByRole('button').click()
  await page.getByRole('menuitem', { name: 'Delete for good' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('button', { name: 'Delete for good' })).toBeDisabled()
  await dialog.getByLabel(/Type/).fill('delete')
  await dialog.getByRole('button', { name: 'Delete for good' }).click()
  await expect(page.getByText('The trash is empty')).toBeVisible()
})

test('files move to another chapter, into a folder that is made there', async ({ page }) => {
  await put('moving.txt')
  await visit(page, box, { path: `/library/${unit4}` })
  await row(page, 'moving.txt').getByRole('checkbox').check()
  await page.getByRole('toolbar').getByRole('button', { name: 'Move' }).click()
  const dialog = page.getByRole('dialog', { name: 'Move the file' })
  await dialog.getByRole('treeitem', { name: 'Unit 5' }).click()
  await dialog.getByLabel(/New folder/).fill('Incoming')
  await expect(dialog).toContainText('Engineering › Unit 5 › Incoming')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Move' }).click()
  await expect(row(page, 'moving.txt')).toHaveCount(0)
  await inTree(page, 'Unit 5').click()
  await page.getByRole('link', { name: 'Incoming' }).click()
  await expect(row(page, 'moving.txt')).toBeVisible()
})

test('what is dropped onto the list lands right there', async ({ page }) => {
  await mkdir(join(folder, 'Dropped'), { recursive: true })
  await writeFile(join(folder, 'Dropped', 'inside.txt'), 'inside')
  await visit(page, box, { path: `/library/${unit4}/Photos` })
  await expect(page.getByRole('button', { name: 'Upload here' }).first()).toBeVisible()
  await dropOnPage(page, [join(folder, 'Dropped')])
  await page.getByRole('link', { name: 'Dropped' }).click()
  await expect(row(page, 'inside.txt')).toBeVisible()
  await expect(page).toHaveURL(/\/Photos\/Dropped$/)
  // By itself: the worker tells when it has read the file.
  await expect(row(page, 'inside.txt')).toContainText('Ready')
})

test('the list is sorted, filtered by name, and loads on as one scrolls', async ({ page }) => {
  const many = Array.from({ length: 230 }, (_, i) => `row ${String(i).padStart(3, '0')}.txt`)
  for (let at = 0; at < many.length; at += 10) {
    await Promise.all(many.slice(at, at + 10).map((name) => put(name, 'Many')))
  }
  await visit(page, box, { path: `/library/${unit4}/Many` })
  await expect(row(page, 'row 000.txt')).toBeVisible()
  await page.getByRole('grid').focus()
  await page.keyboard.press('End')
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '231')
  await page.keyboard.press('End')
  await expect(row(page, 'row 229.txt')).toBeVisible()
  expect(await page.getByRole('row').count()).toBeLessThan(60)

  await page.getByRole('button', { name: 'Name', exact: true }).click()
  await page.getByRole('grid').focus()
  await page.keyboard.press('Home')
  await expect(row(page, 'row 229.txt')).toBeVisible()
  await page.getByRole('searchbox', { name: /Filter/ }).fill('ow 11')
  await expect(row(page, '.txt')).toHaveCount(10)
  await page.getByRole('searchbox', { name: /Filter/ }).fill('nowhere')
  await expect(page.getByText('No file of that name')).toBeVisible()
})

test('an administrator makes a book and a chapter where they are used', async ({ page }) => {
  await visit(page, box, { path: '/library' })
  await page.getByRole('button', { name: 'New book' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Quality')
  await page.getByRole('button', { name: 'Create' }).click()
  await inTree(page, 'Quality').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'New chapter' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Audits')
  await page.getByRole('button', { name: 'Create' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Audits' })).toBeVisible()
  await expect(page.getByText('No files here yet')).toBeVisible()
  await inTree(page, 'Audits').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(inTree(page, 'Audits')).toHaveCount(0)
})

test('a viewer reads, and is offered nothing else', async ({ page }) => {
  await put('for everyone.txt')
  await visit(page, box, { as: 'vera', path: '/library' })
  await expect(row(page, 'for everyone.txt')).toBeVisible()
  await expect(inTree(page, 'Unit 5')).toHaveCount(0)
  await expect(page.getByRole('button', { name: /Upload here|New book/ })).toHaveCount(0)
  await expect(page.getByRole('link', { name: 'Trash' })).toHaveCount(0)
  await row(page, 'for everyone.txt').click()
  await page.getByRole('grid').focus()
  await page.keyboard.press('Delete')
  await page.keyboard.press('ContextMenu')
  await expect(page.getByRole('menuitem')).toHaveText([/Open/, /Download/])
})

test('the library works at 390 px', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 800 })
  await visit(page, box, { path: `/library/${unit4}` })
  await expect(page.getByRole('grid')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Books' }).click()
  await expectAccessible(page)
  await page.getByRole('dialog').getByRole('treeitem', { name: 'Unit 5' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Unit 5' })).toBeVisible()
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  await expect.poll(overflow).toBeLessThanOrEqual(0)
})
