import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test'
import { pdfOf } from '../flows/pdf.ts'
import { eventually, type RunningBox, startBox } from '../flows/running-box.ts'

const PASSWORD = 'flow-test-password'
const FIXTURES = join(import.meta.dirname, '..', 'fixtures')
const COPIED = ['handbook.docx', 'stores.xlsx', 'briefing.pptx', 'message.eml', 'password.pdf']

/** Stands on page 7 of `Cooling loop procedure.pdf`, and nowhere else. */
export const SENTENCE = 'The cooling loop of unit four is inspected every 400 operating hours.'

export interface Product {
  box: RunningBox
  /** Id of the document of that name in the watched share. */
  idOf(name: string): Promise<string>
  /** Signs a browser in without going through the page. */
  signIn(context: BrowserContext, username?: string): Promise<void>
}

/** The product, started as people start it, with a share of files that have been understood. */
async function startProduct(): Promise<Product> {
  const box = await startBox()
  await fillShare(join(box.dataDir, 'shares', 'inbox'))
  await understood(box, COPIED.length + 3)
  return {
    box,
    async idOf(name) {
      const path = `/api/v1/documents?q=${encodeURIComponent(name)}`
      const { items } = await box.json<{ items: { id: string; name: string }[] }>(path)
      const found = items.find((item) => item.name === name)
      if (!found) throw new Error(`no document ${name}`)
      return found.id
    },
    async signIn(context, username = 'admin') {
      const answer = await context.request.post(`${box.url}/api/v1/session`, {
        data: { username, password: PASSWORD },
        headers: { origin: box.url },
      })
      expect(answer.status()).toBe(200)
    },
  }
}

async function fillShare(inbox: string): Promise<void> {
  const folder = join(inbox, 'Unit 4')
  await mkdir(folder, { recursive: true })
  const pages = Array.from(
    { length: 9 },
    (_, index) => `This is page ${index + 1} of the procedure.`,
  )
  pages[6] = SENTENCE
  await writeFile(join(folder, 'Cooling loop procedure.pdf'), pdfOf(pages))
  await writeFile(join(folder, 'rounds.txt'), 'Morning\nCheck the pump\nEvening\n')
  await writeFile(join(folder, 'readings.txt'), 'First reading\n')
  for (const name of COPIED) await copyFile(join(FIXTURES, name), join(folder, name))
}

/** Waits until every file has come in and nothing is left to do. */
const understood = (box: RunningBox, files: number) =>
  eventually(async () => {
    const { items } = await box.json<{ items: unknown[] }>('/api/v1/documents?limit=100')
    const stats = await box.json<Record<string, number>>('/api/v1/jobs/stats')
    const left = (stats.queued ?? 0) + (stats.running ?? 0) + (stats.blocked ?? 0)
    return items.length >= files && left === 0
  }, 120_000)

interface Boxes {
  /** With files that have been understood. */
  product: Product
  /** With what the tests of other files left there: books, people and files of other names. */
  plain: RunningBox
}

/**
 * For tests with pages of their own. The boxes are started by the first test of a worker that asks
 * for one, and run until its last; all files extend this, or the worker would start anew in between.
 */
export const bare = base.extend<object, Boxes>({
  product: [
    // biome-ignore lint/correctness/noEmptyPattern: the form Playwright asks for
    async ({}, use) => {
      const product = await startProduct()
      await use(product)
      await product.box.stop()
    },
    { scope: 'worker', timeout: 180_000 },
  ],

  plain: [
    // biome-ignore lint/correctness/noEmptyPattern: the form Playwright asks for
    async ({}, use) => {
      const box = await startBox()
      await use(box)
      await box.stop()
    },
    { scope: 'worker', timeout: 180_000 },
  ],
})

interface Fixtures {
  /** A page of a signed-in administrator. */
  inside: Page
}

/** On `product`; every page is watched for what it must not do. */
export const test = bare.extend<Fixtures>({
  baseURL: async ({ product }, use) => use(product.box.url),

  page: async ({ page }, use) => {
    const wrong = misdeeds(page)
    await use(page)
    expect(wrong).toEqual([])
  },

  inside: async ({ page, context, product }, use) => {
    await product.signIn(context)
    await use(page)
  },
})

/** Requests to other origins, breaches of the content security policy, and errors of scripts. */
function misdeeds(page: Page): string[] {
  const found: string[] = []
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    const own = ['data:', 'blob:'].includes(protocol) || OWN_HOSTS.includes(hostname)
    if (!own) found.push(`asked ${request.url()}`)
  })
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) found.push(message.text())
  })
  page.on('pageerror', (error) => found.push(error.stack ?? error.message))
  return found
}

const OWN_HOSTS = ['127.0.0.1', 'onefold.test']

export { expect, PASSWORD }
