import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningBox, startBox } from '../flows/running-box.ts'
import { expect, bare as test } from './start.ts'
import { expectAccessible, visit } from './visit.ts'

let box: RunningBox
let files: string

test.beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), 'onefold-rules-'))
  box = await startBox()
})

test.afterAll(async () => {
  await box?.stop()
  await rm(files, { recursive: true, force: true })
})

test('a book’s rule is set, warned of by name, and kept by the bytes', async ({ page }) => {
  await visit(page, box, { path: '/admin/books' })
  const rules = page.getByRole('region', { name: 'Rules of Shared' })
  await rules.getByLabel('All but these').check()
  await rules.getByLabel('Programs').check()
  await expectAccessible(page)
  await rules.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('The rule is saved')).toBeVisible()

  const [named, hidden] = [join(files, 'setup.exe'), join(files, 'report.pdf')]
  await writeFile(named, 'only words')
  await writeFile(hidden, Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(500, 7)]))
  await page.goto(`${box.url}/uploads`)
  await page
    .locator('input[type=file]:not([webkitdirectory])')
    .first()
    .setInputFiles([named, hidden])
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('setup.exe')
  await expect(dialog).not.toContainText('report.pdf')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Add them all the same' }).click()
  await expect(page.getByText('this book takes no programs').first()).toBeVisible()
  await page.goto(`${box.url}/library`)
  await expect(page.getByRole('link', { name: 'setup.exe' }).first()).toBeVisible()
  await expect(page.getByRole('link', { name: 'report.pdf' })).toHaveCount(0)

  await page.goto(`${box.url}/admin/health`)
  const level = page.getByRole('region', { name: 'How uploads go' })
  await expect(level).toContainText('Of a type that the book does not take')
  await expectAccessible(page)
})
