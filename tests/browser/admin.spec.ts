import { spawnSync } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { eventually, type RunningBox, startBox } from '../flows/running-box.ts'
import { expect, bare as test } from './start.ts'
import { expectAccessible, foreignRequests, visit } from './visit.ts'

let box: RunningBox

let copies: string

test.beforeAll(async () => {
  copies = await mkdtemp(join(tmpdir(), 'onefold-copies-'))
  box = await startBox({ ONEFOLD_PROVIDER_FOLDER_PATH: copies })
})

test.afterAll(async () => {
  await box?.stop()
  await rm(copies, { recursive: true, force: true })
})

const person = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name })

test('a new account gets a password that is shown once and works', async ({ page, browser }) => {
  await visit(page, box, { path: '/admin/users' })
  await page.getByRole('button', { name: 'Add a user' }).click()
  await page.getByLabel('User name').fill('anna')
  await page.getByLabel('Name shown to others').fill('Anna Berg')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Create with a new password' }).click()
  const password = await page.getByTestId('new-password').textContent()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'I have noted it' }).click()
  await expect(page.getByText(password ?? '')).toHaveCount(0)
  await expect(person(page, 'Anna Berg')).toContainText('Active')
  await expectAccessible(page)

  const other = await (await browser.newContext()).newPage()
  await other.goto(`${box.url}/sign-in`)
  await other.getByLabel('User name').fill('anna')
  await other.getByLabel('Password', { exact: true }).fill(password ?? '')
  await other.getByRole('button', { name: 'Sign in' }).click()
  await expect(other.getByRole('link', { name: 'Library' })).toBeVisible()
  await other.context().close()
})

test('an account is made administrator, disabled, and enabled again', async ({ page }) => {
  await box.addPerson('bruno')
  await visit(page, box, { path: '/admin/users' })
  const menu = (item: string) => async () => {
    await person(page, 'bruno').getByRole('button').click()
    await page.getByRole('menuitem', { name: item }).click()
  }
  const sure = (verb: string) =>
    page.getByRole('dialog').getByRole('button', { name: verb }).click()
  await menu('Make administrator')()
  await sure('Make administrator')
  await expect(person(page, 'bruno')).toContainText('Administrator')
  await menu('Make ordinary member')()
  await expect(person(page, 'bruno')).toContainText('Member')
  await menu('Disable')()
  await sure('Disable')
  await expect(person(page, 'bruno')).toContainText('Disabled')
  await menu('Enable again')()
  await expect(person(page, 'bruno')).toContainText('Active')
})

test('a group is made and filled, and its role reaches its members', async ({ page }) => {
  await box.addPerson('clara')
  await visit(page, box, { path: '/admin/groups' })
  await page.getByRole('button', { name: 'Add a group' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Maintenance')
  await page.getByRole('button', { name: 'Create' }).click()
  const drawer = page.getByRole('dialog', { name: 'Members of Maintenance' })
  await drawer.getByRole('combobox', { name: 'Add a person' }).fill('cla')
  await page.getByRole('option', { name: /clara/ }).click()
  await expect(drawer.getByRole('listitem').filter({ hasText: 'clara' })).toBeVisible()
  await expectAccessible(page)

  await page.goto(`${box.url}/admin/books`)
  await page.getByRole('button', { name: 'Inbox' }).click()
  await page.getByRole('combobox', { name: 'Person or group' }).fill('Maint')
  await page.getByRole('option', { name: 'Maintenance' }).click()
  await page.getByRole('button', { name: 'Give access' }).click()
  const role = page.getByRole('combobox', { name: 'Role of Maintenance' })
  await expect(role).toHaveValue('Viewer')
  await role.click()
  await page.getByRole('option', { name: 'Contributor' }).click()
  await expect(role).toHaveValue('Contributor')
  await expectAccessible(page)

  await visit(page, box, { as: 'clara', path: '/library' })
  await expect(page.getByRole('heading', { level: 1, name: 'Inbox' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Upload here' }).first()).toBeVisible()
})

test('a folder is watched, looked at, paused, and let go', async ({ page }) => {
  test.setTimeout(180_000)
  const folder = join(box.dataDir, 'shares', 'engineering')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'plan.txt'), 'The plan of the engineers.')
  await visit(page, box, { path: '/admin/shares' })
  await page.getByRole('button', { name: 'Watch a folder' }).click()
  await page.getByLabel('Path on the server').fill('relative')
  await page.getByRole('button', { name: 'Start watching' }).click()
  await expect(page.getByText('The path starts with a slash.')).toBeVisible()
  await page.getByLabel('Path on the server').fill(folder)
  await page.getByRole('combobox', { name: 'Into chapter' }).click()
  await page.getByRole('option', { name: /Inbox/ }).click()
  await page.getByRole('button', { name: 'Show what would become of the folders' }).click()
  await expect(page.getByText('Everything goes to the chapter chosen above')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Start watching' }).click()
  const card = page.getByRole('listitem').filter({ hasText: folder })
  await expect(card).toContainText('Into Shared › Inbox')
  await expect(card.getByText('1', { exact: true })).toBeVisible({ timeout: 30_000 })
  await expectAccessible(page)
  await card.getByRole('link', { name: 'Details of engineering' }).click()
  await expect(page.getByRole('heading', { name: 'engineering' })).toBeVisible()
  await expect(page.getByText('They stay where they are')).toBeVisible()
  await page.getByRole('button', { name: 'Measure' }).click()
  await expect(page.getByText('all readable')).toBeVisible({ timeout: 30_000 })
  await page.getByRole('button', { name: 'Dry run' }).click()
  await expect(page.getByText('A scan would change nothing.')).toBeVisible({ timeout: 30_000 })
  await expectAccessible(page)
  await page.getByRole('link', { name: 'All watched folders' }).click()
  await card.getByRole('button', { name: 'Problems' }).click()
  await expect(page.getByRole('dialog')).toContainText('None')
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await card.getByRole('button', { name: /for now/ }).click()
  await expect(card).toContainText('Paused')
  await card.getByRole('button', { name: /^Stop watching engineering$/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Stop watching' }).click()
  await expect(card).toHaveCount(0)
})

test('storage shows what keeping each content once has saved', async ({ page }) => {
  const foreign = foreignRequests(page, box.url)
  const bytes = 'x'.repeat(400_000)
  for (const name of ['first.txt', 'second.txt']) {
    const form = new FormData()
    form.set('file', new File([bytes], name))
    await box.call('/knowledge-base/upload', { method: 'POST', raw: form })
  }
  await visit(page, box, { path: '/admin/storage' })
  await expect(page.getByText(/\d kB not stored twice/)).toBeVisible()
  await expectAccessible(page)
  expect(foreign).toEqual([])
})

test('copies in further stores are shown with the storage and with the file', async ({ page }) => {
  const form = new FormData()
  form.set('file', new File(['to be copied'], 'copied.txt'))
  const sent = await box.call('/knowledge-base/upload', { method: 'POST', raw: form })
  const { document_id: id } = (await sent.json()) as { document_id: string }
  await eventually(async () => {
    const path = `/api/v1/documents/${id}`
    const { provider_uploads: all } = await box.json<{
      provider_uploads: Record<string, { state: string }>
    }>(path)
    return all.folder?.state === 'stored'
  })
  await visit(page, box, { path: `/file/${id}` })
  const side = page.getByRole('complementary', { name: 'About this file' })
  await expect(side.getByText('This box')).toBeVisible()
  await expect(side.getByText(/^Read back and found right/)).toBeVisible()
  await expectAccessible(page)
  await page.goto(`${box.url}/admin/storage`)
  const store = page.getByRole('region', { name: 'folder' })
  await expect(store.getByText(/^\d+ contents? · /).first()).toBeVisible()
  await expectAccessible(page)
})

test('health tells that the box is well, and what it can do', async ({ page }) => {
  await visit(page, box, { path: '/admin/health' })
  await expect(page.getByText('catalog')).toBeVisible()
  await expect(page.getByText('Problem')).toHaveCount(0)
  await expectAccessible(page)
})

test('audit tells who did what, on a phone too', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 800 })
  await visit(page, box, { path: '/admin/audit' })
  await expect(page.getByText('session.create').first()).toBeVisible()
  await expectAccessible(page)
})

test('the audit is verified, filtered, exported, and the export verified where no box is', async ({
  page,
}) => {
  const form = new FormData()
  form.set('file', new File(['a ledger'], 'ledger.txt'))
  await box.call('/knowledge-base/upload', { method: 'POST', raw: form })
  await visit(page, box, { path: '/admin/audit' })
  await page.getByRole('button', { name: 'Verify now' }).click()
  await expect(page.getByText('Sound until entry')).toBeVisible()
  await page.getByRole('button', { name: 'Filter' }).click()
  await page.getByLabel('Action').fill('nothing.like_it')
  await expect(page.getByText('No entry like this')).toBeVisible()
  await page.getByLabel('Action').fill('document.store')
  await expect(page.getByRole('link', { name: 'ledger.txt' })).toBeVisible()
  await page.getByLabel('Action').fill('audit.verify')
  await expect(page.getByText('audit.verify').first()).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Show all' }).click()
  await page.getByRole('button', { name: 'Export' }).click()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'With proof (JSONL)' }).click(),
  ])
  expect(file.suggestedFilename()).toMatch(/^onefold-audit-.*\.jsonl$/)

  const folder = await mkdtemp(join(tmpdir(), 'onefold-auditor-'))
  await file.saveAs(join(folder, 'audit.jsonl'))
  await box.onefold('audit', 'key', '--out', join(folder, 'audit.key'))
  const script = join(import.meta.dirname, '..', '..', 'scripts', 'verify-audit.mjs')
  await copyFile(script, join(folder, 'verify-audit.mjs'))
  const given = ['verify-audit.mjs', 'audit.jsonl', '--key', 'audit.key']
  const alone = spawnSync(process.execPath, given, { cwd: folder, env: {}, encoding: 'utf8' })
  expect(alone).toMatchObject({ status: 0, stdout: expect.stringContaining('All is well') })
  await rm(folder, { recursive: true })

  await page.getByRole('button', { name: 'Verify now' }).click()
  await expect(page.getByText('as the first key is not on this box')).toBeVisible()
})

test('to everybody else Admin does not exist', async ({ page }) => {
  await box.addPerson('dora')
  await visit(page, box, { as: 'dora', path: '/search' })
  await expect(page.getByRole('link', { name: 'Library' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Admin' })).toHaveCount(0)
  await page.goto(`${box.url}/admin/users`)
  await expect(page.getByText('Nothing here, or you may not see it')).toBeVisible()
})
