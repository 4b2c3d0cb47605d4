import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { eventually } from '../flows/running-box.ts'
import { pdfOfPages, scanOf } from '../scans.ts'
import { expect, type Product, test } from './start.ts'
import { expectAccessible } from './visit.ts'

// Scans are read first, and pages are looked over in two themes: on a busy machine that takes a while.
test.setTimeout(300_000)

const FIXTURES = join(import.meta.dirname, '..', 'fixtures')

/** Three scanned pages behind a typed one; of two of them the picture is broken. */
async function tornScan(): Promise<Buffer> {
  const words = ['kittiwake', 'fulmar', 'gannet']
  const scans = await Promise.all(words.map((word) => scanOf(`The keeper wrote ${word} here.`)))
  const pdf = await pdfOfPages(['Typed page of the log.', ...scans.map((scan) => ({ scan }))])
  for (const scan of scans.slice(1)) pdf.fill(0, pdf.indexOf(scan), pdf.indexOf(scan) + 400)
  return pdf
}

/** Stores it in a chapter of its own, beside a file that is read whole and one that cannot be read. */
async function putTorn({ box }: Product): Promise<void> {
  const make = async (path: string, name: string) =>
    (await box.json<{ id: string }>(path, { method: 'POST', body: { name } })).id
  const bookId = await make('/api/v1/books', 'Lighthouse')
  const chapterId = await make(`/api/v1/books/${bookId}/chapters`, 'Logs')
  const files = {
    'torn.pdf': await tornScan(),
    'locked.pdf': await readFile(join(FIXTURES, 'password.pdf')),
    'typed.txt': 'The lamp was lit at nine.',
  }
  for (const [name, content] of Object.entries(files)) {
    const form = new FormData()
    form.set('chapter_id', chapterId)
    form.set('file', new File([new Uint8Array(Buffer.from(content))], name))
    const answer = await box.call('/knowledge-base/upload', { method: 'POST', raw: form })
    expect(answer.status).toBe(201)
  }
}

interface Described {
  id: string
  chapter: { id: string }
  modalities: { modality: string; state: string; failed_units: number[] }[]
}

/** The document, as soon as the pictures on its pages have been read. */
const readOf = (product: Product, name: string) =>
  eventually(async () => {
    const id = await product.idOf(name).catch(() => undefined)
    if (!id) return undefined
    const document = await product.box.json<Described>(`/api/v1/documents/${id}`)
    const settled = document.modalities.every(
      ({ state }) => !['waiting', 'working'].includes(state),
    )
    return document.modalities.length > 0 && settled ? document : undefined
  }, 150_000)

const line = (page: Page, modality: string) => page.locator(`[data-modality="${modality}"]`)

test.beforeAll(async ({ product }) => {
  test.setTimeout(300_000)
  await putTorn(product)
  await readOf(product, 'torn.pdf')
})

test('says beside the file how much was read, what is missing and why, and tries that again', async ({
  inside: page,
  product,
}) => {
  const document = await readOf(product, 'torn.pdf')
  const ocr = document.modalities.find(({ modality }) => modality === 'ocr')
  expect(ocr).toMatchObject({ state: 'partial', failed_units: [3, 4] })
  await page.goto(`/file/${document.id}`)
  const read = page.getByRole('region', { name: 'How much was read' })
  await expect(read.getByText('2 of 4 pages').first()).toBeVisible()
  await expect(line(page, 'text')).toContainText('Done')
  await expect(line(page, 'ocr')).toContainText('Partly')
  await expect(line(page, 'ocr')).toContainText('1 of 3 pages')
  await expect(line(page, 'ocr')).toContainText('Missing: pages 3–4')
  await read.getByText('Why (2 places)').click()
  await expect(
    line(page, 'ocr')
      .getByText(/Page 3: /)
      .first(),
  ).toBeVisible()
  await expectAccessible(page)
  await page.setViewportSize({ width: 390, height: 844 })
  await expectAccessible(page)
  const wide = await page.evaluate(() => window.document.documentElement.scrollWidth - innerWidth)
  expect(wide).toBeLessThanOrEqual(0)

  const asked = page.waitForResponse(/\/retry$/)
  await read.getByRole('button', { name: 'Try page 4 again' }).click()
  expect((await asked).request().postDataJSON()).toEqual({ step: 'ocr', units: [4] })
  await expect(page.getByText('It is tried again')).toBeVisible()
  await readOf(product, 'torn.pdf')
  const again = page.waitForResponse(/\/retry$/)
  await read.getByRole('button', { name: 'Try what is missing: Text in pictures' }).click()
  expect((await again).request().postDataJSON()).toEqual({ step: 'ocr', units: [3, 4] })
  await readOf(product, 'torn.pdf')
  await expect(line(page, 'ocr')).toContainText('Partly')
})

test('a hit in a file that was not read whole says so, and how much was', async ({
  inside: page,
}) => {
  await page.goto('/search?q=kittiwake')
  const mark = page.getByRole('note', { name: /Only part of this file was read.*2 of 4 pages/ })
  await expect(mark.first()).toHaveText('Partly read')
  await mark.first().focus()
  await expect(page.getByRole('tooltip')).toContainText('Read: 2 of 4 pages.')
  await expectAccessible(page)
})

test('the chapter says how many files were read whole, and names each that was not', async ({
  inside: page,
  product,
}) => {
  const { chapter } = await readOf(product, 'torn.pdf')
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 })
    await page.goto(`/library/${chapter.id}`)
    const summary = page.getByRole('region', { name: 'How much was read of these files' })
    await expect(summary).toContainText('1 understood, 1 partly, 1 not')
    await summary.getByRole('button', { name: 'Show them' }).click()
    const files = summary.getByRole('list', { name: 'Files that were not read whole' })
    const torn = files.getByRole('listitem').filter({ hasText: 'torn.pdf' })
    await expect(torn).toContainText('Partly read')
    await expect(torn).toContainText('Missing: pages 3–4')
    const locked = files.getByRole('listitem').filter({ hasText: 'locked.pdf' })
    await expect(locked).toContainText('PASSWORD_PROTECTED')
    await expect(locked).toContainText('Save a copy without the password')
    await expect(locked.getByRole('button')).toHaveCount(0)
    await expectAccessible(page)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(wide).toBeLessThanOrEqual(0)
  }
  const asked = page.waitForResponse(/\/retry$/)
  await page.getByRole('button', { name: 'Try all of these again' }).click()
  expect((await asked).request().postDataJSON()).toEqual({ step: 'ocr' })
  await expect(page.getByText('1 file is tried again')).toBeVisible()
  await readOf(product, 'torn.pdf')
})
