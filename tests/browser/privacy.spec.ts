import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { masterKey } from '../../adapters/disk/master-key.ts'
import { parseDigest } from '../../core/digest.ts'
import { keysFrom } from '../../core/keys.ts'
import { eventually, type RunningBox, startBox } from '../flows/running-box.ts'
import { expect, bare as test } from './start.ts'
import { expectAccessible, visit } from './visit.ts'

const FILE_BYTES = 2 * 2 ** 20
/** The fewest that any content needs. */
const HOLDERS = 3

let box: RunningBox

test.beforeAll(async () => {
  // A machine so slow on paper answers a proof after four seconds, however busy it really is.
  box = await startBox({ ONEFOLD_PROOF_BYTES_PER_SECOND: '1000000' })
})

test.afterAll(() => box?.stop())

/** A file that is offered as soon as three others hold it: the box's secret decides which are. */
async function luckyFile(): Promise<Buffer> {
  const keys = keysFrom(await masterKey(join(box.dataDir, 'master.key')))
  for (;;) {
    const bytes = randomBytes(FILE_BYTES)
    const digest = parseDigest(createHash('sha256').update(bytes).digest('hex'))
    if (digest && keys.threshold(keys.tag(digest)) === HOLDERS) return bytes
  }
}

/** A book with one chapter that these people alone may fill. */
async function bookFor(name: string, userIds: readonly string[]): Promise<string> {
  const { id } = await box.json('/api/v1/books', { method: 'POST', body: { name } })
  const chapter = { method: 'POST', body: { name: 'Files' } }
  const made = await box.json(`/api/v1/books/${id}/chapters`, chapter)
  for (const user_id of userIds) {
    const body = { user_id, role: 'contributor' }
    await box.json(`/api/v1/books/${id}/grants`, { method: 'POST', body })
  }
  return String(made.id)
}

async function hold(bytes: Buffer): Promise<void> {
  for (let n = 1; n <= HOLDERS; n++) {
    const { id, token } = await box.addPerson(`holder${n}`)
    const form = new FormData()
    form.append('chapter_id', await bookFor(`Book of holder ${n}`, [id]))
    form.append('file', new Blob([new Uint8Array(bytes)]), 'film.bin')
    await box.json('/knowledge-base/upload', { method: 'POST', token, raw: form })
  }
  await eventually(async () => {
    const { blobs, versions } = await box.json('/api/v1/usage')
    return blobs === 1 && versions === HOLDERS
  })
}

/** Adds a file and waits until it is stored; what was sent for it, and what its line says then. */
async function add(page: Page, name: string, buffer: Buffer) {
  const sent: string[] = []
  page.on('request', (request) => {
    const path = new URL(request.url()).pathname
    if (path.startsWith('/u/')) sent.push('bytes')
    if (path === '/upload/prove') sent.push('proof')
  })
  await expect(page.getByRole('button', { name: 'Add files' })).toBeEnabled()
  const file = { name, mimeType: 'application/octet-stream', buffer }
  await page.getByTestId('pick-files').setInputFiles([file])
  const row = page.getByRole('listitem').filter({ has: page.getByText(name, { exact: true }) })
  await expect(row).toContainText('Stored', { timeout: 45_000 })
  return { sent: new Set(sent), says: (await row.textContent())?.replace(name, '') }
}

test('instant is switched on with a warning, and spares what many have', async ({
  page,
  browser,
}) => {
  test.setTimeout(180_000)
  const bytes = await luckyFile()
  await hold(bytes)
  const { id: paula } = await box.addPerson('paula')
  await bookFor('Book of Paula', [paula])

  await visit(page, box, { path: '/admin/privacy' })
  await expect(page.getByText('Nothing. Neither an answer')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Switch to instant' }).click()
  const warning = page.getByRole('dialog', { name: 'Switch to instant?' })
  await expect(warning).toContainText('at least 3 to 10 other people')
  await expectAccessible(page)
  await warning.getByRole('button', { name: 'Switch to instant' }).click()
  await expect(page.getByRole('button', { name: 'Switch to strict' })).toBeVisible()

  const own = await browser.newContext()
  const inside = await own.newPage()
  await visit(inside, box, { as: 'paula', path: '/uploads' })
  const known = await add(inside, 'first.bin', bytes)
  await inside.reload()
  const unknown = await add(inside, 'other.bin', randomBytes(FILE_BYTES))
  expect(known.sent).toEqual(new Set(['proof']))
  expect(unknown.sent).toEqual(new Set(['proof', 'bytes']))
  expect(known.says).toBe(unknown.says)
  await own.close()

  await page.reload()
  const figure = (name: string) =>
    page.getByRole('term').filter({ hasText: name }).locator('xpath=following-sibling::dd')
  await expect(figure('Proofs that were good')).toHaveText('1')
  await expect(figure('Proofs that were refused')).toHaveText('1')
  await page.getByRole('switch', { name: 'Book of Paula' }).click()
  await expect(page.getByRole('switch', { name: 'Book of Paula' })).toBeChecked()
  await page.getByRole('button', { name: 'Switch to strict' }).click()
  await expect(page.getByRole('button', { name: 'Switch to instant' })).toBeVisible()
  await expectAccessible(page)
})
