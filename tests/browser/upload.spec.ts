import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningBox, startBox } from '../flows/running-box.ts'
import { expect, bare as test } from './start.ts'
import { choose, figure, holdBodies, rowOf } from './upload-line.ts'
import { dropOnPage, expectAccessible, foreignRequests, signIn, visit } from './visit.ts'

let box: RunningBox
let folder: string

test.beforeAll(async () => {
  box = await startBox()
  folder = await mkdtemp(join(tmpdir(), 'onefold-uploads-'))
})

test.afterAll(async () => {
  await box?.stop()
  await rm(folder, { recursive: true, force: true })
})

const small = (name: string, text = name) => ({
  name,
  mimeType: 'text/plain',
  buffer: Buffer.from(text),
})

async function bigFile(name: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, randomBytes(3_000_000))
  return path
}

test('files and a whole folder are fingerprinted, stored, and keep their place', async ({
  page,
}) => {
  await mkdir(join(folder, 'Unit 4', 'Photos'), { recursive: true })
  await writeFile(join(folder, 'Unit 4', 'plan.txt'), 'the plan')
  await writeFile(join(folder, 'Unit 4', 'Photos', 'pump.txt'), 'the pump')
  await writeFile(join(folder, 'Unit 4', 'Thumbs.db'), 'litter')
  const foreign = foreignRequests(page, box.url)
  await visit(page, box, { path: '/uploads' })
  await expect(page.getByText('Nothing in the queue')).toBeVisible()
  await expectAccessible(page)

  await (await choose(page)).setInputFiles([small('a.txt'), small('empty.txt', '')])
  await page.getByTestId('pick-folder').setInputFiles(join(folder, 'Unit 4'))
  await expect(figure(page, 'Finished')).toHaveText('4')
  await expect(rowOf(page, 'pump.txt')).toContainText('Unit 4/Photos')
  await expect(rowOf(page, 'a.txt')).toContainText('Stored')
  await expectAccessible(page)

  await page.getByRole('link', { name: 'Library' }).click()
  await page.getByRole('link', { name: 'Unit 4' }).click()
  await expect(page.getByRole('link', { name: 'plan.txt' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Photos' })).toBeVisible()
  expect(foreign).toEqual([])
})

test('a dropped folder is walked to the bottom', async ({ page }) => {
  await mkdir(join(folder, 'Drawings', 'Old', 'Older'), { recursive: true })
  await writeFile(join(folder, 'Drawings', 'Old', 'Older', 'first.txt'), 'the first drawing')
  await visit(page, box, { path: '/uploads' })
  await expect(page.getByRole('button', { name: 'Add files' })).toBeEnabled()
  await dropOnPage(page, [join(folder, 'Drawings')])
  await expect(rowOf(page, 'first.txt')).toContainText('Drawings/Old/Older')
  await expect(rowOf(page, 'first.txt')).toContainText('Stored')
})

test('a taken name asks, and one answer serves all files added together', async ({ page }) => {
  await visit(page, box, { path: '/uploads' })
  const named = (text: string) =>
    ['one.txt', 'two.txt', 'three.txt'].map((name) => small(name, text))
  await (await choose(page)).setInputFiles(named('before'))
  await expect(rowOf(page, 'three.txt')).toContainText('Stored')
  await page.getByRole('button', { name: 'Remove finished' }).click()

  await (await choose(page)).setInputFiles(named('after'))
  const dialog = page.getByRole('dialog', { name: 'This name is taken' })
  await expect(dialog).toBeVisible()
  await expectAccessible(page)
  await dialog.getByRole('checkbox').check()
  await dialog.getByRole('button', { name: 'Keep both' }).click()
  await expect(figure(page, 'Finished')).toHaveText('3')
  await page.getByRole('link', { name: 'Library' }).click()
  await page.getByRole('searchbox', { name: /Filter/ }).fill('(2)')
  await expect(page.getByRole('link', { name: 'two (2).txt' })).toBeVisible()
})

test('an upload goes on while the reader is elsewhere, pauses, and resumes', async ({ page }) => {
  const file = await bigFile('big.bin')
  await visit(page, box, { path: '/uploads' })
  const letGo = await holdBodies(page)
  await (await choose(page)).setInputFiles(file)
  await expect(rowOf(page, 'big.bin')).toContainText('Uploading')

  await page.getByRole('link', { name: 'Activity' }).click()
  const tray = page.getByRole('region', { name: 'Uploads under way' })
  await expect(tray).toContainText('big.bin')
  await expectAccessible(page)
  await tray.getByRole('button', { name: 'Pause' }).click()
  await expect(tray).toContainText('Uploads are paused')
  letGo()
  await tray.getByRole('button', { name: 'Resume' }).click()
  await expect(tray).toHaveCount(0)
  await page.getByRole('link', { name: 'Uploads', exact: true }).click()
  await expect(rowOf(page, 'big.bin')).toContainText('Stored')
})

test('a closed tab leaves the file resting; choosing it again goes on', async ({ page }) => {
  const file = await bigFile('resting.bin')
  await visit(page, box, { path: '/uploads' })
  const letGo = await holdBodies(page)
  await (await choose(page)).setInputFiles(file)
  await expect(rowOf(page, 'resting.bin')).toContainText('Uploading')
  page.once('dialog', (dialog) => dialog.accept())
  await page.reload()
  await expect(rowOf(page, 'resting.bin')).toContainText('Choose the file again to continue')
  letGo()
  await (await choose(page)).setInputFiles(file)
  await expect(rowOf(page, 'resting.bin')).toContainText('Stored')
  await expect(rowOf(page, 'resting.bin')).toHaveCount(1)
})

test('a busy server is waited out, and what failed can be tried again', async ({ page }) => {
  await visit(page, box, { path: '/uploads' })
  let busy = 2
  await page.route('**/u/*', (route) =>
    busy-- > 0 ? route.fulfill({ status: 503, json: { code: 'unavailable' } }) : route.continue(),
  )
  await (await choose(page)).setInputFiles(small('patient.txt'))
  await expect(rowOf(page, 'patient.txt')).toContainText('Stored')

  let refuse = true
  const refusal = { status: 413, json: { code: 'too_large', message: 'Too large.' } }
  await page.route('**/upload/request', (route) =>
    refuse ? route.fulfill(refusal) : route.continue(),
  )
  await (await choose(page)).setInputFiles(small('refused.txt'))
  await expect(page.getByText('Some files need attention')).toBeVisible()
  await page.getByRole('button', { name: 'Show failed' }).click()
  await expect(rowOf(page, 'refused.txt')).toContainText('The file is larger than allowed here')
  await expectAccessible(page)
  refuse = false
  await page.getByRole('button', { name: 'Retry all failed' }).click()
  await page.getByText('Finished', { exact: true }).last().click()
  await expect(rowOf(page, 'refused.txt')).toContainText('Stored')
})

test('a content that somebody else has is stored like any other', async ({ page }) => {
  const { id: bookId } = await box.json<{ id: string }>('/api/v1/books', {
    method: 'POST',
    body: { name: 'Canteen' },
  })
  const chapter = { method: 'POST', body: { name: 'Menus' } }
  await box.json(`/api/v1/books/${bookId}/chapters`, chapter)
  const { id } = await box.addPerson('vera')
  const grant = { user_id: id, role: 'contributor' }
  await box.json(`/api/v1/books/${bookId}/grants`, { method: 'POST', body: grant })

  await visit(page, box, { as: 'vera', path: '/uploads' })
  await (await choose(page)).setInputFiles([
    small('known.txt', 'the plan'),
    small('new.txt', 'a new one'),
  ])
  for (const name of ['known.txt', 'new.txt']) {
    await expect(rowOf(page, name)).toContainText('Stored')
  }
  await expect(page.getByText(/already|linked|exists/i)).toHaveCount(0)
})

test('everything works on plain HTTP under an intranet name', async ({ page }) => {
  const url = box.url.replace('127.0.0.1', 'onefold.test')
  const foreign = foreignRequests(page, url)
  await signIn(page, box)
  const [session] = await page.context().cookies()
  await page.context().addCookies([{ name: session!.name, value: session!.value, url }])
  await page.goto(`${url}/uploads`)
  expect(await page.evaluate(() => isSecureContext)).toBe(false)
  await (await choose(page)).setInputFiles(small('intranet.txt'))
  await expect(rowOf(page, 'intranet.txt')).toContainText('Stored')
  expect(foreign).toEqual([])
})

test('the page works at 390 px', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 800 })
  await visit(page, box, { path: '/uploads' })
  await (await choose(page)).setInputFiles(small('phone.txt'))
  await expect(rowOf(page, 'phone.txt')).toContainText('Stored')
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  await expect.poll(overflow).toBeLessThanOrEqual(0)
  await expectAccessible(page)
})
