import { cp, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { eventually, type RunningBox, startBox } from '../flows/running-box.ts'
import { madeCorpus } from '../made-corpus.ts'
import { expect, bare as test } from './start.ts'

/*
 * The walk of the README, taken by a new user on real files. With SCREENSHOTS_TO set to a folder it
 * leaves the README's pictures there, of all files; else one of each kind is enough, beside the manuals.
 */
test.describe.configure({ mode: 'serial' })

const { SCREENSHOTS_TO } = process.env
/** These come twice. */
const isManual = (path: string) => path.startsWith('Manuals/')

interface Question {
  file: string
  locator: { page?: number }
  sentence: string
}

let box: RunningBox
let corpus: string
/** Those of its files that are dropped, by their paths in it. */
let dropped: readonly string[]
let question: Question

test.beforeAll(async () => {
  test.setTimeout(240_000)
  const folder = await madeCorpus()
  corpus = join(folder, 'documents')
  const known = JSON.parse(await readFile(join(folder, 'corpus.json'), 'utf8')) as {
    files: string[]
    questions: Question[]
  }
  expect(known.files.length).toBeGreaterThanOrEqual(40)
  question = known.questions.find((each) => each.locator.page === 7) as Question
  expect(question.file).toMatch(/\.pdf$/)
  const kinds = new Set<string>()
  const isFirst = (path: string) => kinds.size < kinds.add(extname(path)).size
  dropped = known.files.filter(
    (path) => SCREENSHOTS_TO || isFirst(path) || path === question.file || isManual(path),
  )
  box = await startBox()
})

test.afterAll(async () => {
  await box?.stop()
})

test('a folder dropped into the share is understood and found at its page', async ({ page }) => {
  test.setTimeout(300_000)
  const foreign = foreignRequests(page)
  await signIn(page, 'admin')
  for (const path of dropped) {
    await cp(join(corpus, path), join(box.dataDir, 'shares', 'inbox', 'corpus', path))
  }
  await page.goto(`${box.url}/activity`)
  await picture(page, 'activity', 6_000)
  await cp(join(corpus, 'Manuals'), join(box.dataDir, 'shares', 'inbox', 'copies'), {
    recursive: true,
  })
  await drained()
  const usage = await box.json<Record<string, number>>('/api/v1/usage')
  expect(usage.saved_bytes).toBeGreaterThan(0)

  await page.goto(`${box.url}/search`)
  await page
    .getByRole('searchbox')
    .or(page.getByLabel('Search', { exact: false }))
    .last()
    .fill(question.sentence)
  const hits = page.getByRole('list', { name: /results|hits/i }).getByRole('listitem')
  const name = question.file.split('/').at(-1) as string
  await expect(hits.first()).toContainText(name)
  await expect(hits.first()).toContainText('page 7')
  await picture(page, 'search')

  await hits.first().getByRole('link').first().click()
  await expect(page).toHaveURL(/page=7/)
  const shown = page.locator('.pdfViewer .page[data-page-number="7"]')
  await expect(shown).toBeInViewport({ timeout: 30_000 })
  await expect(shown.locator('[data-hit-mark]').first()).toBeVisible()
  expect(letters(await textUnderMarks(shown))).toContain(letters(question.sentence))
  await page.mouse.move(0, 0)
  await picture(page, 'file')

  await page.goto(`${box.url}/admin/storage`)
  await expect(page.getByText(/stored/i).first()).toBeVisible()
  await picture(page, 'storage')
  expect(foreign).toEqual([])
})

test('a viewer of another book finds nothing of it', async ({ page }) => {
  const { id: bookId } = await box.json<{ id: string }>('/api/v1/books', {
    method: 'POST',
    body: { name: 'Canteen' },
  })
  await box.json(`/api/v1/books/${bookId}/chapters`, { method: 'POST', body: { name: 'Menus' } })
  const { id } = await box.addPerson('vera')
  const body = { user_id: id, role: 'viewer' }
  await box.json(`/api/v1/books/${bookId}/grants`, { method: 'POST', body })

  await signIn(page, 'vera')
  await page.goto(`${box.url}/search?q=${encodeURIComponent(question.sentence)}`)
  await expect(page.getByText(/nothing|no file|not found/i).first()).toBeVisible()
  await expect(page.getByText(question.file.split('/').at(-1) as string)).toHaveCount(0)
  await page.goto(`${box.url}/library`)
  await expect(page.getByText('Canteen').first()).toBeVisible()
  await expect(page.getByText('Shared', { exact: true })).toHaveCount(0)
})

async function signIn(page: Page, username: string): Promise<void> {
  await page.goto(`${box.url}/sign-in`)
  await page.getByLabel(/user ?name/i).fill(username)
  await page
    .getByLabel(/password/i)
    .first()
    .fill('flow-test-password')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('navigation').first()).toBeVisible()
}

const drained = () =>
  eventually(async () => {
    const stats = await box.json<Record<string, number>>('/api/v1/jobs/stats')
    const { items } = await box.json<{ items: unknown[] }>('/api/v1/documents?limit=100')
    const left = (stats.queued ?? 0) + (stats.running ?? 0) + (stats.blocked ?? 0)
    const finished = (stats.done ?? 0) + (stats.skipped ?? 0) + (stats.dead ?? 0)
    const all = dropped.length + dropped.filter(isManual).length
    return items.length >= all && left === 0 && finished >= all
  }, 240_000)

/** Every address outside the box that the page asked for. */
function foreignRequests(page: Page): string[] {
  const foreign: string[] = []
  page.on('request', (request) => {
    const isOwn = /^(data|blob):/.test(request.url()) || request.url().startsWith(box.url)
    if (!isOwn) foreign.push(request.url())
  })
  return foreign
}

async function picture(page: Page, name: string, afterMs = 500): Promise<void> {
  if (!SCREENSHOTS_TO) return
  await page.waitForTimeout(afterMs)
  await page.screenshot({ path: join(SCREENSHOTS_TO, `${name}.png`) })
}

/** The words of the text layer that lie under a mark. */
const textUnderMarks = (page: Locator): Promise<string> =>
  page.evaluate((element) => {
    const boxes = (selector: string) =>
      [...element.querySelectorAll(selector)].map((each) => ({
        text: each.textContent,
        box: each.getBoundingClientRect(),
      }))
    const marks = boxes('[data-hit-mark]')
    return boxes('.textLayer span')
      .filter(({ box }) =>
        marks.some(
          (mark) =>
            box.left < mark.box.right &&
            mark.box.left < box.right &&
            box.top + box.height / 2 > mark.box.top &&
            box.top + box.height / 2 < mark.box.bottom,
        ),
      )
      .map(({ text }) => text)
      .join(' ')
  })

/** Letters and digits only: a page breaks and hyphenates lines as it likes. */
const letters = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]+/gu, '')
    .toLowerCase()
